import { formatNumber } from '../../../shared/format.ts';
import type { Lint, Note } from '../note.ts';
import type { LintedModel } from './linted-model.ts';
import type { Resize } from './resize.ts';
import { resizesOf } from './resize.ts';

/** PyTorch: −0.75 as OpenCV has it, −0.5 as PIL has it where antialias is on (aten UpSampleKernel.cpp, by pytorch#177138). */
const PLAIN_A = -0.75;
const ANTIALIAS_A = -0.5;

export const resizeCubic: Lint<LintedModel> = {
  kind: 'lint:resize-cubic',
  looksFor: "Resize whose cubic_coeff_a or exclude_outside is not PyTorch's",
  find: (linted) => resizesOf(linted).flatMap((resize) => [...coefficient(resize), ...outside(resize)]),
};

function coefficient({ node, mode, cubicA, isAntialiased }: Resize): Note[] {
  const expected = isAntialiased ? ANTIALIAS_A : PLAIN_A;
  if (mode !== 'cubic' || Math.fround(cubicA) === Math.fround(expected)) return [];
  return [
    {
      severity: 'warning',
      subject: node.subject,
      found: `Resize cubic has cubic_coeff_a ${formatNumber(cubicA)} with antialias ${isAntialiased ? 1 : 0}`,
      matters: `PyTorch's bicubic takes ${expected} there`,
      wayOut: `set cubic_coeff_a to ${expected}`,
      source: isAntialiased ? 'pytorch#177138' : 'ort#28292',
    },
  ];
}

function outside({ node, mode, isAntialiased, excludesOutside }: Resize): Note[] {
  if (mode !== 'cubic' || !excludesOutside || isAntialiased) return [];
  return [
    {
      severity: 'warning',
      subject: node.subject,
      found: 'Resize cubic has exclude_outside 1 with antialias 0',
      matters: "PyTorch's bicubic repeats the border instead of leaving it out, as TensorFlow does",
      wayOut: 'set exclude_outside to 0',
      source: 'onnx#2057',
    },
  ];
}
