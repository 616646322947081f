import type { DumpEntry } from '../dump/index.ts';
import type { Graph } from '../graph/index.ts';
import { normalizeName, unwrapPath } from './normalize.ts';
import { rawChain } from './scopes.ts';

const RUNNING_INDEX = /^\d+[._-]+/;

/** As the names stand; reduced to one spelling; the same without a running number in front (`003_conv1`). */
const SPELLINGS: readonly ((path: string) => string)[] = [
  unwrapPath,
  normalizeName,
  (path) => normalizeName(path.replace(RUNNING_INDEX, '')),
];

/**
 * The spelling under which most names of a bare dump are module paths of the graph; of equals the plainest. One name
 * that happens to agree as it stands (`stem`) must not decide for those that do not (`stem_0`).
 */
export function chooseSpelling(entries: readonly DumpEntry[], graph: Graph): (path: string) => string {
  const scopes = new Set(graph.nodes.flatMap(rawChain));
  let best = { spell: unwrapPath, meeting: 0 };
  for (const spell of SPELLINGS) {
    const spelled = new Set([...scopes].map(spell));
    const ends = new Set([...spelled].flatMap(tailsOf));
    const names = new Set(entries.map((entry) => spell(entry.path)));
    const meeting = [...names].filter((name) => spelled.has(name) || ends.has(name)).length;
    if (meeting > best.meeting) best = { spell, meeting };
  }
  return best.spell;
}

/** The path without its first segment: an export wrapper's prefix is found later, it must not spoil the choice. */
function tailsOf(path: string): string[] {
  const dot = path.indexOf('.');
  return dot < 0 ? [] : [path.slice(dot + 1)];
}
