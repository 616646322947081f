import type { FileReader } from './probe.ts';
import { isLegacyTorch, openTorchLegacy } from './torch-legacy.ts';
import { openTorchZip, pickleMemberOf } from './torch-zip.ts';

/** What `torch.save` writes, whatever the extension. */
export const torchReader: FileReader = {
  kind: 'file',
  format: 'torch',
  described: '.pt/.pth/.bin of torch.save',
  recognise: (probe) => {
    if (isLegacyTorch(probe.head)) return 'content';
    if (probe.zip !== undefined && pickleMemberOf(probe.zip) !== undefined) return 'content';
    const isCutZip = probe.head[0] === 0x50 && probe.head[1] === 0x4b && probe.zip === undefined;
    return isCutZip && ['.pt', '.pth', '.bin'].includes(probe.extension) ? 'extension' : undefined;
  },
  open: (probe) => (isLegacyTorch(probe.head) ? openTorchLegacy(probe) : openTorchZip(probe)),
};
