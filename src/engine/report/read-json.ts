import { LayerdiffError } from '../../shared/errors.ts';
import type { Report } from '../../shared/report.ts';
import { reportSchema } from './schema.ts';

/**
 * A report file back in memory.
 * @throws LayerdiffError `bad-file` naming the first place that is not as the schema says.
 */
export function readReport(text: string, file: string): Report {
  let json: unknown;
  try {
    // Editors of one system put a byte order mark in front.
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new LayerdiffError('bad-file', 'is not JSON', { file, wayOut: 'give a file that --json wrote' });
  }
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return parsed.data as unknown as Report;
  const [issue] = parsed.error.issues;
  throw new LayerdiffError('bad-file', `is not a report: ${issue?.message ?? ''}`, {
    file,
    ...(issue === undefined || issue.path.length === 0 ? {} : { place: issue.path.join('.') }),
    wayOut: 'give a file that --json wrote, by this version',
  });
}
