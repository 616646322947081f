import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isReportFile } from '../engine/index.ts';
import type { Launch } from '../service/index.ts';
import { LayerdiffError } from '../shared/errors.ts';

/**
 * What `view` and `serve` were given: a candidate with or without a reference, a report, or nothing.
 * @throws LayerdiffError `bad-file` for what is not there, before a window opens.
 */
export function launchFrom(first: string | undefined, second: string | undefined): Launch {
  if (first === undefined) return { candidate: undefined, reference: undefined, report: undefined };
  const file = existing(first);
  if (!isReportFile(file))
    return {
      candidate: file,
      reference: second === undefined ? undefined : existing(second),
      report: undefined,
    };
  if (second !== undefined)
    throw new LayerdiffError('bad-request', 'a report needs no reference', { file: first });
  return { candidate: undefined, reference: undefined, report: file };
}

function existing(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new LayerdiffError('bad-file', 'no such file', { file: path, wayOut: 'check the path' });
}

/** Folders that a window may look into without being told: those of the files it was started with. */
export function foldersOf(launch: Launch): string[] {
  const { inputs = [], image, deployed } = launch.stages ?? {};
  const fed = inputs.map((argument) => argument.slice(argument.indexOf('=') + 1));
  return [launch.candidate, launch.reference, launch.report, ...fed, image, deployed].flatMap((path) =>
    path === undefined ? [] : [path, dirname(path)],
  );
}
