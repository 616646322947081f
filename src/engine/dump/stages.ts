import type { ManifestEntry, ManifestStage } from './manifest-schema.ts';
import type { DumpEntry, StageRecord } from './reader.ts';

export type StageName = 'pre' | 'post';

/**
 * A stage of a layerdiff dump.
 * @param open the entry, or undefined for a tensor of a type that is not compared
 */
export function stageOf(
  stage: ManifestStage | null | undefined,
  name: StageName,
  open: (entry: ManifestEntry, key: string) => DumpEntry | undefined,
): StageRecord | undefined {
  if (stage == null) return undefined;
  const role = name === 'pre' ? 'input' : 'output';
  const tensors = stage.tensors.flatMap(({ name: path, key, ...tensor }, index) => {
    return open({ ...tensor, path, call: 0, role, index, name: key }, `${name}.${path}`) ?? [];
  });
  return { settings: withoutPrototype(stage.settings), tensors };
}

const BARE = /^(?:(pre)[._/](image)|(post)[._/](boxes|scores|labels))$/;

/** The stage that a tensor of a bare dump belongs to by its name; undefined for an activation. */
export function bareStage(name: string): { readonly stage: StageName; readonly path: string } | undefined {
  const [, pre, image, , path] = BARE.exec(name) ?? [];
  if (pre !== undefined && image !== undefined) return { stage: 'pre', path: image };
  return path === undefined ? undefined : { stage: 'post', path };
}

/** A record in which any name may be looked up, `constructor` and `__proto__` too. */
export function withoutPrototype<T>(pairs: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of pairs) record[name] = value;
  return record;
}
