import type { Command, CommandId } from '../../shared/commands.ts';
import { COMMANDS, HOST_COMMANDS } from '../../shared/commands.ts';
import { host } from '../connect/host.ts';

export { GROUP_TEXTS } from '../../shared/commands.ts';

export type Perform = (command: CommandId) => void;

const HOSTED: ReadonlySet<string> = new Set(HOST_COMMANDS);

/** What can be done here: without a desktop around it, nothing that only a desktop does. */
export function offeredCommands(): readonly Command[] {
  return COMMANDS.filter((command) => host !== undefined || !HOSTED.has(command.id));
}

const IS_MAC = navigator.platform.startsWith('Mac');

/** `CmdOrCtrl+Shift+O` as people write it. */
export function shortcutText(accelerator: string): string {
  return accelerator.replace('CmdOrCtrl', IS_MAC ? '⌘' : 'Ctrl').replaceAll('+', IS_MAC ? '' : '+');
}

/** The command that a key press means. */
export function commandOf(event: KeyboardEvent): CommandId | undefined {
  return offeredCommands().find(
    (command) => command.accelerator !== undefined && isPressed(command.accelerator, event),
  )?.id;
}

function isPressed(accelerator: string, event: KeyboardEvent): boolean {
  // The key may itself be a plus.
  const parts = accelerator.split(/\+(?=.)/);
  const key = parts.at(-1) ?? '';
  const wants = (name: string): boolean => parts.slice(0, -1).includes(name);
  const command = IS_MAC ? event.metaKey : event.ctrlKey;
  return (
    command === wants('CmdOrCtrl') &&
    event.shiftKey === wants('Shift') &&
    event.altKey === wants('Alt') &&
    event.key.toLowerCase() === key.toLowerCase()
  );
}
