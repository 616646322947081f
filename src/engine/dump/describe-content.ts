import type { Probe } from './probe.ts';

/** What an unknown file or folder looks like, for the refusal. */
export function describeContent(probe: Probe): string {
  if (probe.kind === 'folder') return folderContent(probe.members);
  const { head, extension } = probe;
  if (head.length === 0) return 'an empty file';
  const text = Buffer.from(head).toString('latin1');
  if (probe.zip !== undefined) return 'a zip archive with neither data.pkl nor .npy members';
  if (text.startsWith('PK')) return 'a zip archive that was cut short';
  if (text.startsWith('\x89HDF')) return 'an HDF5 file';
  if (text.startsWith('\x1f\x8b')) return 'a gzip file: unpack it first';
  if (text.startsWith('GGUF')) return 'a GGUF file';
  if (extension === '.onnx' || text.includes('pytorch') || text.includes('onnx')) {
    return 'it looks like a model, which is compared with a dump';
  }
  if (head[0] === 0x80 && (head[1] ?? 9) <= 5) return 'a plain pickle, not written by torch.save';
  if (/^\s*[[{]/.test(text)) return 'JSON of another program';
  if (/^[\t\r\n\x20-\x7e]*$/.test(text)) return 'a text file';
  return `its first bytes are ${Buffer.from(head.subarray(0, 8)).toString('hex')}`;
}

function folderContent(members: readonly string[]): string {
  if (members.length === 0) return 'an empty folder';
  const shown = members.slice(0, 3).join(', ');
  const more = members.length > 3 ? ` and ${members.length - 3} more files` : '';
  return `a folder with ${shown}${more}`;
}
