import { closeSync, openSync, readSync } from 'node:fs';
import { REPORT_SCHEMA } from '../../shared/report.ts';

/** Whether a file is a report rather than a model, by its first bytes: names say nothing. */
export function isReportFile(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return path.endsWith('.json');
  }
  try {
    const head = Buffer.alloc(256);
    const length = readSync(file, head, 0, head.length, 0);
    return head.toString('latin1', 0, length).includes(REPORT_SCHEMA);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
