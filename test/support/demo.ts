import { fileURLToPath } from 'node:url';

const at = (name: string): string => fileURLToPath(new URL(`../../resources/demo/${name}`, import.meta.url));

export const DEMO = { faulty: at('faulty.onnx'), healthy: at('healthy.onnx'), dump: at('dump') };

/** A file of `test/fixtures/exports`. */
export function exportFile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/exports/${name}`, import.meta.url));
}
