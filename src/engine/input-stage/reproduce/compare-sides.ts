import { formatNumber } from '../../../shared/format.ts';
import type { InputHypothesis } from '../../../shared/input-stage.ts';
import type { Planes } from '../planes.ts';
import { valueAt } from '../planes.ts';
import type { Reproduction } from './reproduce-side.ts';
import { sideSteps } from './side-steps.ts';

/** Reproductions that are off by more levels than this on average are no proof of what differs. */
const CLOSE = 1;

/**
 * The difference of two pipelines as a hypothesis: its residual is what remains of deployed − recorded once the
 * difference of the two reproductions is taken away. Undefined where one is poor or both are the same pipeline.
 * @param tag EXIF orientation of the picture, 1 where it has none.
 */
export function sidesHypothesis(
  deployed: Reproduction,
  recorded: Reproduction,
  planes: { readonly deployed: Planes; readonly recorded: Planes },
  tag: number,
): InputHypothesis | undefined {
  const close = [deployed, recorded].every(({ side }) => side.residualLevels.mean <= CLOSE);
  const steps = sideSteps(deployed.side, recorded.side, tag);
  if (!close || steps.length === 0) return undefined;
  const { residual, residualShare } = left(deployed, recorded, planes);
  const list = steps.map(({ text }) => text).join('; ');
  return { steps, residual, residualShare, text: `${list}, residual ${formatNumber(residual)}` };
}

function left(
  deployed: Reproduction,
  recorded: Reproduction,
  planes: { readonly deployed: Planes; readonly recorded: Planes },
): { readonly residual: number; readonly residualShare: number } {
  const { height, width } = planes.recorded;
  const channels = planes.recorded.origins.length;
  const same = planes.deployed.origins.length === channels;
  if (!same || planes.deployed.height !== height || planes.deployed.width !== width) {
    const gain = Math.max(...recorded.normalisation.gain.map(Math.abs));
    const most = Math.max(deployed.side.residualLevels.max, recorded.side.residualLevels.max);
    return { residual: most * gain, residualShare: 0 };
  }
  let residual = 0;
  let squares = 0;
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const fed = valueAt(planes.deployed, channel, y, x);
        const value = valueAt(planes.recorded, channel, y, x);
        const at = (y * width + x) * channels + channel;
        const expected = madeValue(deployed, at, channel) - madeValue(recorded, at, channel);
        const rest = Math.abs(fed - value - expected);
        if (rest > residual) residual = rest;
        squares += rest * rest;
        total += (fed - value) ** 2;
      }
    }
  }
  return { residual, residualShare: total > 0 ? Math.min(1, squares / total) : 0 };
}

function madeValue({ levels, normalisation }: Reproduction, at: number, channel: number): number {
  return (levels[at] ?? 0) * (normalisation.gain[channel] ?? 1) + (normalisation.bias[channel] ?? 0);
}
