import { joinPath } from './normalize.ts';

/** What an export wrapper (or a dumped wrapper) puts in front of every module path of one side, or of both. */
export interface Prefix {
  readonly candidate: string;
  readonly dump: string;
}

const NONE: Prefix = { candidate: '', dump: '' };
/** Wrappers in wrappers: a longer constant prefix than this has not been seen. */
const DEEPEST = 6;

/**
 * The prefix under which most module paths of the candidate become names of the dump. Plain names win where they do
 * as well. Every path votes once for each of its own leading parts, so that the cost is that of reading the names.
 */
export function voteForPrefix(paths: ReadonlySet<string>, known: ReadonlySet<string>): Prefix {
  let best = { prefix: NONE, votes: meeting(paths, known, NONE) };
  const consider = (prefix: Prefix, votes: number): void => {
    if (votes > best.votes) best = { prefix, votes };
  };
  for (const [text, votes] of votesFor(paths, known)) consider({ candidate: text, dump: '' }, votes);
  for (const [text, votes] of votesFor(known, paths)) consider({ candidate: '', dump: text }, votes);
  const both = { candidate: sharedLead(paths), dump: sharedLead(known) };
  if (both.candidate !== '' && both.dump !== '') consider(both, meeting(paths, known, both));
  return best.prefix;
}

/** A candidate path in the dump's names. */
export function withPrefix(prefix: Prefix, path: string): string {
  const { candidate, dump } = prefix;
  if (candidate === '') return joinPath(dump, path);
  if (path === candidate) return dump;
  return path.startsWith(`${candidate}.`) ? joinPath(dump, path.slice(candidate.length + 1)) : path;
}

export function prefixNotes({ candidate, dump }: Prefix): string[] {
  const notes: string[] = [];
  if (candidate !== '')
    notes.push(
      `module paths of the candidate begin with "${candidate}." (an export wrapper); it is left out`,
    );
  if (dump !== '') notes.push(`module paths of the dump begin with "${dump}."; the candidate's do not`);
  return notes;
}

function meeting(paths: ReadonlySet<string>, known: ReadonlySet<string>, prefix: Prefix): number {
  let votes = 0;
  for (const path of paths) if (path !== '' && known.has(withPrefix(prefix, path))) votes++;
  return votes;
}

/** Per leading part of the long names: how many of them are names of the other side without it. */
function votesFor(long: Iterable<string>, short: ReadonlySet<string>): Map<string, number> {
  const votes = new Map<string, number>();
  for (const path of long) {
    let dot = path.indexOf('.');
    for (let depth = 0; dot >= 0 && depth < DEEPEST; depth++, dot = path.indexOf('.', dot + 1)) {
      if (!short.has(path.slice(dot + 1))) continue;
      const text = path.slice(0, dot);
      votes.set(text, (votes.get(text) ?? 0) + 1);
    }
  }
  return votes;
}

/** Leading segments that all paths share, as far as something is left behind them. */
function sharedLead(paths: ReadonlySet<string>): string {
  let shared: string[] | undefined;
  for (const path of paths) {
    if (path === '') continue;
    const lead = path.split('.');
    if (shared === undefined) shared = lead;
    else {
      const end = shared.findIndex((segment, index) => segment !== lead[index]);
      if (end >= 0) shared = shared.slice(0, end);
    }
  }
  return shared === undefined || paths.size < 2 ? '' : shared.join('.');
}
