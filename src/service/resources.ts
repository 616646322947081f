import { fileURLToPath } from 'node:url';

export function resource(name: string): string {
  return fileURLToPath(new URL(`../../resources/${name}`, import.meta.url));
}

/** The folder with the bundled example: every window may open it, wherever its root is. */
export const DEMO_FOLDER = resource('demo');
