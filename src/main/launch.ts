import { resolve } from 'node:path';
import type { Launch } from '../shared/host-api.ts';

export const NOTHING: Launch = { candidate: undefined, reference: undefined, report: undefined };

/** The user's own words: without the program and, in development, without Electron's switches and the app's folder. */
export function ownArguments(argv: readonly string[], isDefaultApp: boolean): readonly string[] {
  const words = argv.slice(1);
  if (!isDefaultApp) return words;
  const folder = words.findIndex((word) => !word.startsWith('-'));
  return folder < 0 ? [] : words.slice(folder + 1);
}

/**
 * The files that a command line names, as absolute paths. Chromium and the operating system add switches of their own
 * to it (and a second instance gets them in any order), so a switch that is not known is nobody's business here.
 */
export function launchFromArguments(words: readonly string[], cwd: string): Launch {
  const named: Record<string, string> = {};
  const paths: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, name, value] = /^--(candidate|reference|report)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) named[name] = value ?? words[++index] ?? '';
    else if (word === '--') paths.push(...words.slice(index + 1));
    else if (word !== '' && !word.startsWith('-')) paths.push(word);
    if (word === '--') break;
  }
  const found = launchFromPaths(paths);
  const absolute = (path: string | undefined): string | undefined =>
    path === undefined || path === '' ? undefined : resolve(cwd, path);
  return {
    candidate: absolute(named['candidate'] ?? found.candidate),
    reference: absolute(named['reference'] ?? found.reference),
    report: absolute(named['report'] ?? found.report),
  };
}

/**
 * By the names alone: whether the files are what they are called is for the service to see. What stands beside a model is
 * its reference, whatever it is called (some dumps are JSON); a JSON file by itself is a report.
 */
export function launchFromPaths(paths: readonly string[]): Launch {
  const candidate = paths.find((path) => /\.(onnx|ort)$/i.test(path));
  const other = paths.find((path) => path !== candidate);
  const isReport = candidate === undefined && /(?<!manifest)\.json$/i.test(other ?? '');
  return isReport ? { ...NOTHING, report: other } : { ...NOTHING, candidate, reference: other };
}

export function launchPaths(launch: Launch): readonly string[] {
  return [launch.candidate, launch.reference, launch.report].filter((path) => path !== undefined);
}

/** `more` was given later, so it wins. */
export function mergeLaunch(before: Launch, more: Launch): Launch {
  return {
    candidate: more.candidate ?? before.candidate,
    reference: more.reference ?? before.reference,
    report: more.report ?? before.report,
  };
}
