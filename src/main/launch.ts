import { resolve } from 'node:path';
import type { Launch } from '../shared/host-api.ts';

export const NOTHING: Launch = { candidate: undefined, reference: undefined, report: undefined };

/** What is in `argv` before the user's own words: the program, and in development the app's folder. */
export function ownArguments(argv: readonly string[], isDefaultApp: boolean): readonly string[] {
  return argv.slice(isDefaultApp ? 2 : 1);
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

/** By the names alone: whether the files are what they are called is for the service to see. */
export function launchFromPaths(paths: readonly string[]): Launch {
  const candidate = paths.find((path) => /\.(onnx|ort)$/i.test(path));
  const rest = paths.filter((path) => path !== candidate);
  const report = rest.find((path) => /\.json$/i.test(path) && !/manifest\.json$/i.test(path));
  return { candidate, report, reference: rest.find((path) => path !== report) };
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
