import type { MenuItemConstructorOptions } from 'electron/main';
import { describe, expect, test } from 'vitest';
import { menuTemplate } from '../../src/main/menu/template.ts';
import { COMMANDS, LANGUAGES } from '../../src/shared/commands.ts';

const state = {
  language: 'en',
  theme: 'dark',
  recent: [{ path: '/models/a&b.onnx', kind: 'model' }],
  platform: 'linux',
  developerTools: false,
} as const;

function flat(items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

const clicked: string[] = [];
const actions = {
  command: (id: string): void => void clicked.push(id),
  openRecent: (path: string): void => void clicked.push(path),
};

describe.each(['linux', 'win32', 'darwin'])('the menu on %s', (platform) => {
  test.each(LANGUAGES)('has every command once, in %s', (language) => {
    const items = flat(menuTemplate({ ...state, platform, language }, actions)).filter(
      ({ id }) => id !== undefined,
    );
    expect(items.map(({ id }) => id).sort()).toEqual(COMMANDS.map(({ id }) => id).sort());
    for (const { id, label, accelerator } of items) {
      const command = COMMANDS.find((one) => one.id === id);
      expect(label).toBe(command?.texts[language]);
      expect(accelerator).toBe(command?.accelerator);
    }
  });
});

test('a click is a command, and a recent file is a path', () => {
  const items = flat(menuTemplate(state, actions));
  for (const item of items) item.click?.(undefined as never, undefined, undefined as never);
  expect(clicked.filter((one) => !one.startsWith('/')).sort()).toEqual(COMMANDS.map(({ id }) => id).sort());
  expect(clicked).toContain('/models/a&b.onnx');
  expect(items.map(({ label }) => label)).toContain('a&&b.onnx');
});

test('the chosen theme and language are marked', () => {
  const marked = flat(menuTemplate(state, actions)).filter(({ checked }) => checked === true);
  expect(marked.map(({ id }) => id)).toEqual(['theme-dark', 'language-en']);
});

test('developer tools are for development', () => {
  const has = (developerTools: boolean): boolean =>
    flat(menuTemplate({ ...state, developerTools }, actions)).some(({ role }) => role === 'toggleDevTools');
  expect([has(false), has(true)]).toEqual([false, true]);
});

describe('the table of commands', () => {
  test('identifiers and accelerators are unique', () => {
    const ids = COMMANDS.map(({ id }) => id);
    const keys = COMMANDS.map(({ accelerator }) => accelerator).filter((key) => key !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('accelerators are in Electron notation', () => {
    for (const { accelerator } of COMMANDS)
      expect(accelerator ?? 'F1').toMatch(/^(CmdOrCtrl\+)?(Shift\+)?(Alt\+)?([A-Z0-9.=-]|F\d{1,2}|Enter)$/);
  });

  test('no plain key is taken from text fields', () => {
    for (const { accelerator } of COMMANDS) expect(accelerator ?? 'F1').toMatch(/^CmdOrCtrl\+|F\d/);
  });
});
