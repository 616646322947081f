import { basename } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron/main';
import { COMMANDS, GROUP_TEXTS } from '../../shared/commands.ts';
import type { Command, CommandGroup, CommandId, Language } from '../../shared/commands.ts';
import type { RecentFile, Theme } from '../../shared/host-api.ts';
import { NATIVE_TEXTS } from '../texts.ts';

export interface MenuState {
  readonly language: Language;
  readonly theme: Theme;
  readonly recent: readonly RecentFile[];
  readonly platform: string;
  readonly developerTools: boolean;
}

export interface MenuActions {
  command(id: CommandId): void;
  openRecent(path: string): void;
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/** The native menu from the commands' table; what is here in addition is what the system itself does. */
export function menuTemplate(state: MenuState, actions: MenuActions): readonly MenuItemConstructorOptions[] {
  const texts = NATIVE_TEXTS[state.language];
  const mac = state.platform === 'darwin';
  const group = (name: CommandGroup): readonly MenuItemConstructorOptions[] =>
    COMMANDS.filter((command) => command.group === name).map((command) => item(command, state, actions));
  const menu = (
    label: string,
    submenu: readonly MenuItemConstructorOptions[],
  ): MenuItemConstructorOptions => ({
    label,
    submenu: [...submenu],
  });
  const title = (name: CommandGroup): string => GROUP_TEXTS[name][state.language];
  const only = (name: CommandGroup, ...ids: readonly CommandId[]): readonly MenuItemConstructorOptions[] =>
    group(name).filter(({ id }) => ids.some((one) => one === id));
  const but = (name: CommandGroup, ...ids: readonly CommandId[]): readonly MenuItemConstructorOptions[] =>
    group(name).filter(({ id }) => !ids.some((one) => one === id));

  const recent = [
    // A lone ampersand would underline the letter after it.
    ...state.recent.map(({ path }) => ({
      label: basename(path).replaceAll('&', '&&'),
      sublabel: path,
      click: () => actions.openRecent(path),
    })),
    ...(state.recent.length === 0 ? [] : [SEPARATOR]),
    ...only('file', 'clear-recent'),
  ];
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>, label: string) => ({
    role: name,
    label,
  });
  return [
    ...(mac
      ? [
          menu('Layerdiff', [
            ...only('help', 'about'),
            SEPARATOR,
            { role: 'hide' },
            SEPARATOR,
            ...only('file', 'quit'),
          ]),
        ]
      : []),
    menu(title('file'), [
      ...but('file', 'clear-recent', 'close-window', 'quit'),
      SEPARATOR,
      menu(texts.openRecent, recent),
      menu(title('export'), group('export')),
      SEPARATOR,
      ...only('file', 'close-window', ...(mac ? [] : (['quit'] as const))),
    ]),
    menu(texts.edit, [
      role('undo', texts.undo),
      role('redo', texts.redo),
      SEPARATOR,
      role('cut', texts.cut),
      role('copy', texts.copy),
      role('paste', texts.paste),
      role('selectAll', texts.selectAll),
    ]),
    menu(title('run'), group('run')),
    menu(title('go'), group('go')),
    menu(title('view'), [
      ...group('view'),
      SEPARATOR,
      menu(title('theme'), group('theme')),
      menu(title('language'), group('language')),
      SEPARATOR,
      role('togglefullscreen', texts.fullScreen),
      ...(state.developerTools ? [role('toggleDevTools', texts.developerTools)] : []),
    ]),
    ...(mac ? [{ role: 'windowMenu' as const, label: texts.window }] : []),
    menu(title('help'), mac ? but('help', 'about') : group('help')),
  ];
}

function item(command: Command, state: MenuState, actions: MenuActions): MenuItemConstructorOptions {
  const chosen = command.id === `theme-${state.theme}` || command.id === `language-${state.language}`;
  const choice = command.group === 'theme' || command.group === 'language';
  return {
    id: command.id,
    label: command.texts[state.language],
    click: () => actions.command(command.id),
    ...(command.accelerator === undefined ? {} : { accelerator: command.accelerator }),
    ...(choice ? { type: 'radio' as const, checked: chosen } : {}),
  };
}
