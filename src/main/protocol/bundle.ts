import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CONTENT_SECURITY_POLICY } from '../../shared/host-api.ts';
import { mimeType } from './mime.ts';

/** Path of an address (decoded, from `/`) to the file that is served for it. */
export type BundleFiles = ReadonlyMap<string, string>;

/**
 * The page's files, listed once: an address is looked up and never joined to a folder, so there is no path to escape by.
 * @throws when the renderer was not built
 */
export function listBundle(root: string): BundleFiles {
  const files = new Map<string, string>();
  const walk = (folder: string, address: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path, posix.join(address, entry.name));
      else if (entry.isFile() && mimeType(entry.name) !== undefined)
        files.set(posix.join(address, entry.name), path);
    }
  };
  walk(root, '/');
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** Answers `app://bundle/…`. Other hosts, methods and paths get an empty answer with the same policy. */
export function bundleHandler(
  files: BundleFiles,
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>> = readFile,
): (request: Pick<Request, 'url' | 'method'>) => Promise<Response> {
  return async ({ url, method }) => {
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    const file = bundleFile(files, url);
    const type = file === undefined ? undefined : mimeType(file);
    if (file === undefined || type === undefined) return refuse(404);
    const bytes = await read(file);
    return new Response(method === 'HEAD' ? undefined : bytes, {
      headers: { ...HEADERS, 'Content-Type': type },
    });
  };
}

export function bundleFile(files: BundleFiles, address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'app:' || url.host !== 'bundle') return undefined;
  try {
    return files.get(decodeURIComponent(url.pathname));
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
}

function refuse(status: number): Response {
  return new Response(undefined, { status, headers: HEADERS });
}
