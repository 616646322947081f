import type { Command, CommandId } from '../../shared/commands.ts';
import { COMMANDS } from '../../shared/commands.ts';
import { host } from '../connect/host.ts';
import { offeredOf, pressedCommand, writtenShortcut } from './shortcuts.ts';

export { GROUP_TEXTS } from '../../shared/commands.ts';

export type Perform = (command: CommandId) => void;

/** What can be done here. */
export function offeredCommands(): readonly Command[] {
  return offeredOf(COMMANDS, host !== undefined);
}

const IS_MAC = navigator.platform.startsWith('Mac');

export function shortcutText(accelerator: string): string {
  return writtenShortcut(accelerator, IS_MAC);
}

/** The command that a key press means. */
export function commandOf(event: KeyboardEvent): CommandId | undefined {
  return pressedCommand(offeredCommands(), event, IS_MAC);
}
