import { isLayerdiffError, printable } from '../../shared/errors.ts';
import type { HeadReport, HeadSettings, HeadSpec, OutputStage } from '../../shared/output-stage.ts';
import { classificationHead } from './classification-head.ts';
import { detectionHead } from './detection-head.ts';
import type { FinalTensors } from './detection-tensors.ts';
import { embeddingHead } from './embedding-head.ts';
import { bothSides, headBase, headName } from './head-base.ts';
import { recogniseHead } from './recognise-head.ts';
import { segmentationHead } from './segmentation-head.ts';
import type { NamedTensor } from './tensor-numbers.ts';

/** One side: its outputs under the candidate's names, and what its user recorded after them. */
export interface OutputStageSide {
  readonly outputs: readonly NamedTensor[];
  readonly final?: FinalTensors;
  /** As declared beside the recorded detections; before those of a head. */
  readonly settings?: HeadSettings;
}

export interface OutputStageInput {
  readonly reference: OutputStageSide;
  readonly candidate: OutputStageSide;
  /** Declared heads; without any, what the candidate's outputs look like. */
  readonly heads?: readonly HeadSpec[];
  /** Which sample this is, from 0. */
  readonly sample?: number;
}

/**
 * What comes after the last node, head by head. A head whose tensors do not belong together is `not-compared` with the
 * reason; the others are still reported.
 */
export function outputStageOf({
  reference,
  candidate,
  heads = [],
  sample = 0,
}: OutputStageInput): OutputStage {
  const isDeclared = heads.length > 0;
  const hasFinal = reference.final !== undefined && candidate.final !== undefined;
  const specs = isDeclared ? heads : recogniseHead(candidate.outputs);
  const known = (spec: HeadSpec): 'declared' | 'recognised' =>
    isDeclared || (spec.kind === 'detection' && hasFinal) ? 'declared' : 'recognised';
  const made = specs.map((spec) => reported(spec, known(spec), reference, candidate));
  const areDetectionsTold = made.some(({ kind, state }) => kind === 'detection' && state !== 'not-compared');
  if (!hasFinal || areDetectionsTold) return { sample, heads: made };
  // Recorded detections are a head by themselves, whatever the outputs look like.
  const declared = isDeclared ? made : [];
  const isTried =
    declared.length > 0 &&
    specs.some(({ kind, outputs }) => kind === 'detection' && Object.keys(outputs).length === 0);
  if (isTried) return { sample, heads: declared };
  return { sample, heads: [...declared, reported(FINAL, 'declared', reference, candidate)] };
}

const FINAL: HeadSpec = { kind: 'detection', outputs: {}, settings: {} };

function reported(
  spec: HeadSpec,
  known: 'declared' | 'recognised',
  reference: OutputStageSide,
  candidate: OutputStageSide,
): HeadReport {
  try {
    if (spec.kind === 'detection') return detectionHead(spec, known, reference, candidate);
    const [name = ''] = Object.values(spec.outputs);
    const sides = bothSides(name, reference.outputs, candidate.outputs);
    switch (spec.kind) {
      case 'classification':
        return classificationHead(spec, known, sides);
      case 'segmentation':
        return segmentationHead(spec, known, sides);
      case 'embedding':
        return embeddingHead(spec, known, sides);
    }
  } catch (error) {
    if (!isLayerdiffError(error)) throw error;
    return notCompared(spec, known, printable(error.message));
  }
}

/** The same head without numbers. */
function notCompared(spec: HeadSpec, known: 'declared' | 'recognised', reason: string): HeadReport {
  const base = {
    ...headBase(spec, known, 'not-compared'),
    text: `${headName(spec, known)}: not compared: ${reason}`,
    notes: [],
  };
  switch (spec.kind) {
    case 'detection':
      return { kind: 'detection', ...base, unmap: [] };
    case 'classification':
      return { kind: 'classification', ...base, rows: 0, classes: 0, top1: 1, changed: [], changedCount: 0 };
    case 'segmentation':
      return {
        kind: 'segmentation',
        ...base,
        pixels: 0,
        changed: 0,
        nearBorder1: 0,
        nearBorder2: 0,
        allNearBorder1: 0,
        allNearBorder2: 0,
        classes: [],
      };
    case 'embedding':
      return {
        kind: 'embedding',
        ...base,
        rows: 0,
        dimensions: 0,
        lowestCosine: 1,
        meanCosine: 1,
        worst: [],
      };
  }
}
