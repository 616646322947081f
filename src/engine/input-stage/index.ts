export type { Picture } from './picture/picture.ts';
export { readPicture } from './picture/read-picture.ts';
export { explainInput } from './explain-input.ts';
export type { Mask } from './mask-share.ts';
export { whereErrorLies } from './mask-share.ts';
