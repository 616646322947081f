import { closeSync, openSync, readSync } from 'node:fs';

/** Whether a file is a report rather than a model: no model begins with a brace. Names say nothing. */
export function isReportFile(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return path.endsWith('.json');
  }
  try {
    const head = Buffer.alloc(64);
    const length = readSync(file, head, 0, head.length, 0);
    return /^\ufeff?\s*\{/.test(head.toString('utf8', 0, length));
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
