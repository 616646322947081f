/**
 * The fault catalogue: what is due from Layerdiff for every fixture of `test/fixtures/catalogue`. Names of nodes and
 * measured figures stand in the fixtures' manifests, which plain onnxruntime and numpy wrote.
 */
import type { VerdictKind } from '../../../src/shared/report.ts';

/** What a verdict must say beyond its kind and its sites. All words are sought without regard to case. */
export interface Requirements {
  /** Words in the cause of every site: what it says, what it proposes, how that is confirmed. */
  readonly cause?: readonly string[];
  /** Words in the setting of the experiment that reproduces the reference, at every site. */
  readonly experiment?: readonly string[];
  /** Words in one of the structures of every site. */
  readonly structure?: readonly string[];
  /** One entry a finding: words in its kind, subject or text. */
  readonly findings?: readonly (readonly string[])[];
  /** Words in the sentence of the verdict. */
  readonly sentence?: readonly string[];
  /** Kind of each sample. */
  readonly samples?: readonly VerdictKind[];
  /** Modules between which PyTorch does what no node does. */
  readonly between?: readonly [string, string];
  /** Entries that are right to have no partner, and the module that they went into. */
  readonly folded?: Readonly<Record<string, string>>;
}

export type Aspect = 'verdict' | 'sites' | 'states' | 'figures';

export interface CatalogueRow {
  readonly id: string;
  /** Names of files without `.onnx`. */
  readonly files: readonly string[];
  readonly kinds: readonly VerdictKind[];
  /** State of what is compared behind the first site; `fading`: inherited until it is absorbed, noise then. */
  readonly later?: 'inherited' | 'fading';
  /** Set where the error is drawn at random: it has no measured figure. */
  readonly random?: boolean;
  readonly requires: Requirements;
  /** What is due and does not hold yet, with the reason. A test of it that passes is reported. */
  readonly owed?: { readonly aspects: readonly Aspect[]; readonly reason: string };
}

const BOTH = ['torchscript', 'dynamo'];
const HEALTHY = BOTH.map((name) => `${name}-healthy`);
const introduced = (id: string, requires: Requirements, more: Partial<CatalogueRow> = {}): CatalogueRow => ({
  id,
  files: BOTH,
  kinds: ['introduced'],
  requires,
  ...more,
});
const healthy = (
  id: string,
  requires: Requirements = {},
  files: readonly string[] = HEALTHY,
): CatalogueRow => ({
  id,
  files,
  kinds: ['no-fault'],
  requires,
});

export const CATALOGUE: readonly CatalogueRow[] = [
  introduced('O1', {
    cause: ['coordinate_transformation_mode', 'align_corners'],
    experiment: ['align_corners'],
  }),
  healthy('O1'),

  introduced('O2', { structure: ['64', 'neighbour'] }, { files: ['dynamo'] }),
  introduced('O2', { structure: ['64', 'neighbour'] }, { files: ['torchscript'] }),
  healthy('O2'),

  introduced('O3', {
    cause: ['count_include_pad'],
    experiment: ['count_include_pad', '1'],
    structure: ['border'],
  }),
  healthy('O3'),

  introduced(
    'O4',
    {
      cause: ['training'],
      findings: [
        ['training_mode', 'BatchNormalization'],
        ['training', 'Dropout'],
      ],
    },
    { files: ['torchscript'], random: true },
  ),
  introduced(
    'O4',
    { cause: ['training'], findings: [['training', 'Dropout']] },
    { files: ['dynamo'], random: true },
  ),
  {
    id: 'O4',
    files: BOTH.map((name) => `${name}-against-training`),
    kinds: ['missing-operation', 'introduced'],
    requires: { between: ['act', 'drop'], findings: [['recorded', 'training mode']] },
  },
  healthy('O4', { folded: { 'conv#0:output.0': 'bn' } }),

  introduced('O5', {
    cause: ['epsilon', '1e-12'],
    experiment: ['epsilon', '1e-12'],
    samples: ['introduced', 'introduced'],
  }),
  healthy('O5', { samples: ['no-fault', 'no-fault'] }),

  introduced('O6', { cause: ['opset', 'axis'], findings: [['opset', 'softmax']] }),
  healthy('O6'),

  introduced(
    'O7',
    { cause: ['gelu', 'tanh', 'erf'], experiment: ['tanh'] },
    { files: BOTH.flatMap((name) => [name, `${name}-opset20`]) },
  ),
  healthy('O7', {}, [...HEALTHY, ...BOTH.map((name) => `${name}-opset20-healthy`)]),

  {
    id: 'O8',
    files: ['torchscript'],
    kinds: ['missing-operation'],
    requires: { between: ['pre', 'post'], structure: ['zero'] },
  },
  healthy('O8', {}, [...HEALTHY, 'dynamo']),

  introduced(
    'O9',
    {
      samples: ['no-fault', 'introduced'],
      cause: ['constant'],
      findings: [['matches', 'sample 0', 'diverges', 'sample 1']],
    },
    { files: ['torchscript'] },
  ),
  healthy('O9', { samples: ['no-fault', 'no-fault'] }, [...HEALTHY, 'dynamo']),

  healthy('O10', { folded: { 'conv#0:output.0': 'bn' } }, BOTH),

  introduced(
    'O11',
    {
      findings: [
        ['overflow', 'Pow', '65504'],
        ['absorbed', 'Div'],
        ['CPU', 'float32'],
      ],
    },
    { later: 'fading' },
  ),
  {
    id: 'O11',
    files: BOTH.map((name) => `${name}-against-half`),
    kinds: ['precision-loss'],
    requires: {
      findings: [
        ['overflow', 'Pow', '65504'],
        ['CPU', 'float32'],
      ],
    },
  },
  healthy('O11'),

  healthy('O15', { sentence: ['rounding'] }, ['torchscript-1.0']),
  healthy('O15', { sentence: ['rounding', '×1.6'] }, ['torchscript-1.6', 'dynamo-1.6']),

  introduced('E1', {
    cause: ['coordinate_transformation_mode', 'align_corners'],
    experiment: ['align_corners'],
  }),
  healthy('E1'),
  introduced('E2', { cause: ['alpha', '0.1'], experiment: ['alpha', '0.1'], structure: ['negative'] }),
  healthy('E2'),
  introduced('E3', { cause: ['epsilon', '0.001'], experiment: ['epsilon', '0.001'] }),
  healthy('E3'),
  introduced('E4', { cause: ['pads'], experiment: ['pads', '1'] }),
  healthy('E4'),
  introduced('E5', { cause: ['transB'], experiment: ['transB', '1'] }),
  healthy('E5'),
  introduced('E6', { cause: ['6'], experiment: ['6'] }),
  healthy('E6'),
];
