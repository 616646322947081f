export { inputPictures, levelPicture, tensorPicture } from './pictures.ts';
export { tensorProbe } from './tensor-probe.ts';
