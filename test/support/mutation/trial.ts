import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../../src/shared/report.ts';
import { compareFiles } from '../compare-files.ts';
import type { Proto } from '../edit-model.ts';
import { cloneProto, writeProto } from '../edit-model.ts';
import { seeded } from '../random.ts';
import { oneOf } from './choice.ts';
import { MUTATE } from './kinds/index.ts';
import type { Effect } from './measure.ts';
import { outputEffect, ownEffect, timesFloor } from './measure.ts';
import type { Mutation, MutationKind } from './mutation.ts';
import type { Subject } from './subject.ts';

/** What makes the same edit again. */
export interface DrawNumber {
  readonly seed: number;
  readonly place: number;
  readonly attempt: number;
}

/** An edit that the runtime accepts, with its effect as the plain runtime measures it. */
export interface Drawn {
  readonly draw: DrawNumber;
  readonly subject: Subject;
  readonly mutation: Mutation;
  readonly mutant: Proto;
  /** At the first paired tensor after the edit. */
  readonly own: Effect;
  /** At the graph output that moves most. */
  readonly output: Effect;
}

/** `counted`: at least ten times the noise floor; `control`: below the floor; `between`. */
export type Size = 'counted' | 'between' | 'control';

const COUNTED = 10;

export function sizeOf({ own }: Drawn): Size {
  const times = timesFloor(own);
  return times >= COUNTED ? 'counted' : times < 1 ? 'control' : 'between';
}

/** @returns undefined for what has to be drawn again: no place for the edit, a refused mutant, a changed shape. */
export async function drawOne(
  kind: MutationKind,
  subjects: readonly Subject[],
  draw: DrawNumber,
): Promise<Drawn | undefined> {
  const random = seeded(draw.seed * 1_000_003 + draw.place * 1009 + draw.attempt);
  const subject = oneOf(subjects, random);
  const mutation = subject === undefined ? undefined : MUTATE[kind](subject, random);
  if (subject === undefined || mutation === undefined) return undefined;
  const own = await ownEffect(subject, mutation);
  if (own === undefined) return undefined;
  const mutant = mutantOf(subject, [mutation]);
  const output = await outputEffect(subject, mutant);
  return output === undefined ? undefined : { draw, subject, mutation, mutant, own, output };
}

export function mutantOf(subject: Subject, mutations: readonly Mutation[]): Proto {
  const copy = cloneProto(subject.proto);
  for (const mutation of mutations) mutation.apply(copy);
  return copy;
}

/** What Layerdiff says of a mutant; a string where it says nothing but an error. */
export async function verdictOn(subject: Subject, mutant: Proto, folder: string): Promise<Report | string> {
  const path = join(folder, 'mutant.onnx');
  writeProto(mutant, path);
  try {
    return await compareFiles(path, subject.dump, { sample: 0 });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(path, { force: true });
  }
}
