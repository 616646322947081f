import { describe, expect, test } from 'vitest';
import type { Pressed } from '../../../src/renderer/views/shortcuts.ts';
import { offeredOf, pressedCommand, writtenShortcut } from '../../../src/renderer/views/shortcuts.ts';
import type { CommandId } from '../../../src/shared/commands.ts';
import { COMMANDS } from '../../../src/shared/commands.ts';

/** `Ctrl+Shift+o` as a keyboard event; C control, M meta, S shift, A alt. */
function press(modifiers: string, key: string): Pressed {
  return {
    key,
    ctrlKey: modifiers.includes('C'),
    metaKey: modifiers.includes('M'),
    shiftKey: modifiers.includes('S'),
    altKey: modifiers.includes('A'),
  };
}

describe('a shortcut as it is written', () => {
  test.each([
    ['CmdOrCtrl+O', 'Ctrl+O', '⌘O'],
    ['CmdOrCtrl+Shift+O', 'Ctrl+Shift+O', '⇧⌘O'],
    ['CmdOrCtrl+Enter', 'Ctrl+Enter', '⌘Enter'],
    ['CmdOrCtrl+.', 'Ctrl+.', '⌘.'],
    ['CmdOrCtrl+-', 'Ctrl+-', '⌘-'],
    ['CmdOrCtrl+=', 'Ctrl+=', '⌘='],
    ['CmdOrCtrl++', 'Ctrl++', '⌘+'],
    ['CmdOrCtrl+Alt+Shift+0', 'Ctrl+Alt+Shift+0', '⌥⇧⌘0'],
    ['Shift+F8', 'Shift+F8', '⇧F8'],
    ['F1', 'F1', 'F1'],
    ['+', '+', '+'],
  ])('%s is %s, on macOS %s', (accelerator, elsewhere, mac) => {
    expect(writtenShortcut(accelerator, false)).toBe(elsewhere);
    expect(writtenShortcut(accelerator, true)).toBe(mac);
  });
});

describe('a key press', () => {
  test.each<
    readonly [modifiers: string, key: string, elsewhere: CommandId | undefined, mac: CommandId | undefined]
  >([
    ['C', 'o', 'open-model', undefined],
    ['M', 'o', undefined, 'open-model'],
    ['CS', 'O', 'open-reference', undefined],
    ['MS', 'O', undefined, 'open-reference'],
    // Caps lock is no shift.
    ['C', 'O', 'open-model', undefined],
    ['CA', 'o', undefined, undefined],
    ['', 'o', undefined, undefined],
    ['C', 'Enter', 'run', undefined],
    ['', 'Enter', undefined, undefined],
    ['C', '.', 'cancel', undefined],
    ['C', '=', 'zoom-in', undefined],
    ['C', '-', 'zoom-out', undefined],
    ['M', '0', undefined, 'zoom-fit'],
    ['', 'F8', 'next-finding', 'next-finding'],
    ['S', 'F8', 'previous-finding', 'previous-finding'],
    ['C', 'F8', undefined, 'next-finding'],
    ['', 'F1', 'keyboard-help', 'keyboard-help'],
    ['C', 'k', 'command-palette', undefined],
    ['', 'Dead', undefined, undefined],
  ])('%s %s', (modifiers, key, elsewhere, mac) => {
    expect(pressedCommand(COMMANDS, press(modifiers, key), false)).toBe(elsewhere);
    expect(pressedCommand(COMMANDS, press(modifiers, key), true)).toBe(mac);
  });

  test('every shortcut means its own command and no other', () => {
    for (const { id, accelerator } of COMMANDS) {
      if (accelerator === undefined) continue;
      const parts = accelerator.split(/\+(?=.)/);
      const modifiers = parts
        .slice(0, -1)
        .map((name) => (name === 'CmdOrCtrl' ? 'C' : name.slice(0, 1)))
        .join('');
      expect(pressedCommand(COMMANDS, press(modifiers, parts.at(-1) ?? ''), false)).toBe(id);
    }
  });
});

test('without a desktop nothing is offered that only a desktop does', () => {
  const alone = offeredOf(COMMANDS, false).map(({ id }) => id);
  for (const id of ['quit', 'new-window', 'close-window', 'clear-recent', 'choose-engine', 'reload'] as const)
    expect(alone).not.toContain(id);
  for (const id of ['open-model', 'run', 'export-json', 'about'] as const) expect(alone).toContain(id);
  expect(offeredOf(COMMANDS, true)).toEqual(COMMANDS);
});
