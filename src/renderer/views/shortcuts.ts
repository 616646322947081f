import type { Command, CommandId } from '../../shared/commands.ts';
import { HOST_COMMANDS } from '../../shared/commands.ts';

/** What of a key press says which keys it was. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

const HOSTED: ReadonlySet<string> = new Set(HOST_COMMANDS);

/** What can be done here: without a desktop around it, nothing that only a desktop does. */
export function offeredOf(commands: readonly Command[], hasDesktop: boolean): readonly Command[] {
  return commands.filter((command) => hasDesktop || !HOSTED.has(command.id));
}

/** In the order in which macOS writes them. */
const MAC_SIGNS: ReadonlyMap<string, string> = new Map([
  ['Alt', '⌥'],
  ['Shift', '⇧'],
  ['CmdOrCtrl', '⌘'],
]);

/** `CmdOrCtrl+Shift+O` as people write it: `Ctrl+Shift+O`, `⇧⌘O`. */
export function writtenShortcut(accelerator: string, isMac: boolean): string {
  const { key, modifiers } = partsOf(accelerator);
  if (!isMac) return [...modifiers, key].join('+').replace('CmdOrCtrl', 'Ctrl');
  return [...MAC_SIGNS].map(([name, sign]) => (modifiers.includes(name) ? sign : '')).join('') + key;
}

/** The command that a key press means. */
export function pressedCommand(
  commands: readonly Command[],
  pressed: Pressed,
  isMac: boolean,
): CommandId | undefined {
  return commands.find(
    ({ accelerator }) => accelerator !== undefined && isPressed(accelerator, pressed, isMac),
  )?.id;
}

function isPressed(accelerator: string, pressed: Pressed, isMac: boolean): boolean {
  const { key, modifiers } = partsOf(accelerator);
  return (
    (isMac ? pressed.metaKey : pressed.ctrlKey) === modifiers.includes('CmdOrCtrl') &&
    pressed.shiftKey === modifiers.includes('Shift') &&
    pressed.altKey === modifiers.includes('Alt') &&
    pressed.key.toLowerCase() === key.toLowerCase()
  );
}

function partsOf(accelerator: string): { readonly key: string; readonly modifiers: readonly string[] } {
  // The key may itself be a plus.
  const parts = accelerator.split(/\+(?=.)/);
  return { key: parts.at(-1) ?? '', modifiers: parts.slice(0, -1) };
}
