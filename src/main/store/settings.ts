import { join } from 'node:path';
import { z } from 'zod';
import { LANGUAGES } from '../../shared/commands.ts';
import { THEMES } from '../../shared/host-api.ts';
import { JsonStore } from './json-store.ts';

const settingsSchema = z.strictObject({
  version: z.literal(1),
  /** undefined: as the system has it. */
  language: z.enum(LANGUAGES).optional(),
  theme: z.enum(THEMES),
  enginePath: z.string().optional(),
  /** By purpose: since Electron 43 dialogs begin in Downloads, where no model is. */
  folders: z.record(z.string(), z.string()),
});

export type Settings = z.infer<typeof settingsSchema>;

export function openSettings(userData: string): JsonStore<Settings> {
  return new JsonStore(join(userData, 'settings.json'), settingsSchema, {
    version: 1,
    theme: 'system',
    folders: {},
  });
}
