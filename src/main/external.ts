import { LayerdiffError } from '../shared/errors.ts';

/** What the window links to: documentation of the formats and tools that it speaks of. */
export const EXTERNAL_HOSTS: ReadonlySet<string> = new Set([
  'docs.pytorch.org',
  'github.com',
  'nodejs.org',
  'onnx.ai',
  'onnxruntime.ai',
  'pytorch.org',
]);

/**
 * The address to hand to the system's browser, written anew so that what was checked is what is opened.
 * @throws LayerdiffError `bad-request`
 */
export function allowedExternal(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed =
    url?.protocol === 'https:' &&
    EXTERNAL_HOSTS.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === '';
  if (!allowed) throw new LayerdiffError('bad-request', 'this address is not opened from here');
  return url.href;
}
