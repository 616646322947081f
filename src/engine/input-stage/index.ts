export type { Picture } from './picture/picture.ts';
export { readPicture } from './picture/read-picture.ts';
export { explainInput } from './explain-input.ts';
export { whereErrorLies } from './where-tmp.ts';
