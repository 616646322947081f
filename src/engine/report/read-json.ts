import { closeSync, openSync, readSync } from 'node:fs';
import { LayerdiffError } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import { REPORT_SCHEMA } from '../../shared/report.ts';
import { reportSchema } from './schema.ts';

/**
 * A report file back in memory.
 * @throws LayerdiffError `bad-file` naming the first place that is not as the schema says.
 */
export function readReport(text: string, file: string): Report {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LayerdiffError('bad-file', 'is not JSON', { file, wayOut: 'give a file that --json wrote' });
  }
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return parsed.data as Report;
  const [issue] = parsed.error.issues;
  throw new LayerdiffError('bad-file', `is not a report: ${issue?.message ?? ''}`, {
    file,
    ...(issue === undefined || issue.path.length === 0 ? {} : { place: issue.path.join('.') }),
    wayOut: 'give a file that --json wrote, by this version',
  });
}

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
