import { errorFromWire } from '../../shared/errors.ts';
import { host } from './host.ts';

/**
 * Hands a file to the user: a save dialog on the desktop, a download in a browser.
 * @throws LayerdiffError when the desktop could not write it.
 */
export async function saveBlob(name: string, blob: Blob): Promise<void> {
  if (host !== undefined) {
    const answer = await host.saveFile(name, new Uint8Array(await blob.arrayBuffer()));
    if (!answer.ok) throw errorFromWire(answer.error);
    return;
  }
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun once the click's own task is over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
