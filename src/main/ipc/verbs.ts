import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { HOST_COMMANDS, LANGUAGES } from '../../shared/commands.ts';
import type { HostCommand, Language } from '../../shared/commands.ts';
import { HOST_CHANNELS, PICK_PURPOSES, THEMES } from '../../shared/host-api.ts';
import type { HostState, PickPurpose, RecentFile, Theme } from '../../shared/host-api.ts';
import { recentFileSchema } from '../store/recent-files.ts';
import { handle } from './handle.ts';
import type { Ipc } from './handle.ts';

/** What the desktop does for a window; `window` is the number of the page that asks. */
export interface Verbs {
  state(): HostState;
  connect(window: number): Promise<undefined>;
  restartService(window: number): Promise<undefined>;
  pickFile(window: number, purpose: PickPurpose): Promise<string | undefined>;
  saveFile(window: number, name: string, bytes: Uint8Array): Promise<string | undefined>;
  recentFiles(): readonly RecentFile[];
  rememberFile(file: RecentFile): Promise<undefined>;
  setLanguage(language: Language): undefined;
  setTheme(theme: Theme): undefined;
  openExternal(url: string): Promise<undefined>;
  perform(window: number, command: HostCommand): Promise<undefined>;
}

/** Larger than any picture or report of ours, small enough that a page cannot fill the memory by one message. */
const MAX_SAVED_BYTES = 2 ** 30;
/** Letters as they are; nothing that leads out of a folder or is a device's or hidden file's name. */
const fileNameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}/\\:*?"<>|.][^\p{Cc}/\\:*?"<>|]*$/u);
const bytesSchema = z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= MAX_SAVED_BYTES);
const nothing = z.tuple([]);

export function registerVerbs(ipc: Ipc, verbs: Verbs): void {
  const on = HOST_CHANNELS;
  handle(ipc, on.state, nothing, () => verbs.state());
  handle(ipc, on.connect, nothing, (window) => verbs.connect(window));
  handle(ipc, on.restartService, nothing, (window) => verbs.restartService(window));
  handle(ipc, on.pickFile, z.tuple([z.enum(PICK_PURPOSES)]), (window, purpose) =>
    verbs.pickFile(window, purpose),
  );
  handle(ipc, on.saveFile, z.tuple([fileNameSchema, bytesSchema]), (window, name, bytes) =>
    verbs.saveFile(window, name, bytes),
  );
  handle(ipc, on.recentFiles, nothing, () => verbs.recentFiles());
  handle(
    ipc,
    on.rememberFile,
    z.tuple([recentFileSchema.refine(({ path }) => isAbsolute(path))]),
    (_window, file) => verbs.rememberFile(file),
  );
  handle(ipc, on.setLanguage, z.tuple([z.enum(LANGUAGES)]), (_window, language) =>
    verbs.setLanguage(language),
  );
  handle(ipc, on.setTheme, z.tuple([z.enum(THEMES)]), (_window, theme) => verbs.setTheme(theme));
  handle(ipc, on.openExternal, z.tuple([z.string().max(2048)]), (_window, url) => verbs.openExternal(url));
  handle(ipc, on.perform, z.tuple([z.enum(HOST_COMMANDS)]), (window, command) =>
    verbs.perform(window, command),
  );
}
