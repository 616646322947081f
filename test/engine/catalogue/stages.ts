/**
 * The catalogue's cases outside of the graph (O12 to O14) and all of them at once with a wrong operator: what is due of
 * each fixture, beyond the verdict that its manifest holds. Words are sought without regard to case.
 */
export interface StageRow {
  readonly id: string;
  /** Names of fixtures: their own, or the file's without `.onnx`. */
  readonly names: readonly string[];
  /** Kinds of steps that explain each differing input. */
  readonly input?: readonly string[];
  /** Kind of the step that explains each prompt, and words in its text. */
  readonly prompt?: { readonly step: string; readonly words: readonly string[] };
  /** Words in what is said of the final detections. */
  readonly output?: readonly string[];
  readonly unmap?: string;
  readonly rules?: readonly string[];
}

const BOTH = ['torchscript', 'dynamo'];
const WAY_IN = ['resize-order', 'filter', 'pad-value'];

export const STAGES: readonly StageRow[] = [
  {
    id: 'O12',
    names: BOTH.flatMap((name) => [`${name}-270x479`, `${name}-333x500`]),
    input: WAY_IN,
  },
  { id: 'O12', names: BOTH.map((name) => `${name}-192x192`) },

  {
    id: 'O13',
    names: ['torchscript', 'dynamo', 'torchscript-baked', 'dynamo-unfolded'],
    prompt: { step: 'shortened', words: ["without PyTorch's row 3"] },
  },
  {
    id: 'O13',
    names: BOTH.map((name) => `detector-${name}`),
    prompt: { step: 'shortened', words: ["without PyTorch's row 5"] },
  },
  { id: 'O13', names: ['torchscript-zeros'], prompt: { step: 'padded', words: ['zeros'] } },
  // Folded with the linear layer behind them, zeros are its bias.
  { id: 'O13', names: ['dynamo-zeros'], prompt: { step: 'replaced', words: ['row (3)'] } },
  {
    id: 'O13',
    names: BOTH.map((name) => `${name}-last`),
    prompt: { step: 'padded', words: ['the last prompt'] },
  },
  {
    id: 'O13',
    names: BOTH.map((name) => `${name}-plain-last`),
    prompt: { step: 'padded', words: ['the last prompt'] },
  },
  { id: 'O13', names: ['torchscript-plain-zeros'], prompt: { step: 'padded', words: ['zeros'] } },
  { id: 'O13', names: ['torchscript-plain-blank'], prompt: { step: 'padded', words: ['other prompts'] } },
  { id: 'O13', names: ['torchscript-others'], prompt: { step: 'replaced', words: ["none of PyTorch's"] } },
  {
    id: 'O13',
    names: ['torchscript-unnormalised'],
    prompt: { step: 'normalised', words: ['not L2-normalised', '3 to 8'] },
  },
  {
    id: 'O13',
    names: ['torchscript-reversed', 'detector-torchscript-reversed'],
    prompt: { step: 'reversed', words: ['reverse order'] },
  },
  {
    id: 'O13',
    names: BOTH.flatMap((name) => [`${name}-healthy`, `${name}-open`, `detector-${name}-healthy`]),
  },

  { id: 'O14', names: ['torchscript-same'] },
  { id: 'O14', names: ['torchscript-unmap'], unmap: 'pad-before-scale' },
  { id: 'O14', names: ['torchscript-with-nms'], rules: ['scoreThreshold', 'iouThreshold'] },
  { id: 'O14', names: ['torchscript-without-nms'], rules: ['finalScoreThreshold'] },
  {
    id: 'O14',
    names: ['torchscript-best-class'],
    rules: ['labelMode', 'iouThreshold', 'finalScoreThreshold'],
  },
  { id: 'O14', names: ['torchscript-both'], unmap: 'pad-before-scale', rules: ['finalScoreThreshold'] },
  {
    id: 'O14',
    names: ['torchscript-best-class-both'],
    unmap: 'pad-before-scale',
    rules: ['labelMode', 'iouThreshold', 'finalScoreThreshold'],
  },

  {
    id: 'ALL',
    names: BOTH,
    input: WAY_IN,
    prompt: { step: 'shortened', words: ["without PyTorch's row 5"] },
    unmap: 'pad-before-scale',
    rules: ['finalScoreThreshold'],
  },
  { id: 'ALL', names: BOTH.map((name) => `${name}-healthy`) },
];

/** What is found in all at once, in the order of the verdict's kinds. */
export const ALL_KINDS = ['input-differs', 'introduced', 'output-stage-differs'];
