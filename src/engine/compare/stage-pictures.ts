import type { SmallPicture, StagePictures } from '../../shared/stage-pictures.ts';
import { inputPictures, levelPicture, tensorPicture } from '../probe/index.ts';
import type { CompareContext } from './context.ts';
import { pictureAt } from './input-stage.ts';
import { readEntry } from './read-entry.ts';
import type { SampleRun } from './sample-run.ts';

/** What a sample was fed on both sides, and the original where it is at hand, to be looked at. */
export function stagePictures(context: CompareContext, run: SampleRun): StagePictures {
  return {
    inputs: run.inputs.flatMap(({ name, tensor, deployed }) => inputPictures(name, tensor, deployed) ?? []),
    original: originalOf(context, run),
  };
}

/** The picture that was named, else what was recorded before the first node. */
function originalOf({ options, dump }: CompareContext, { sample }: SampleRun): SmallPicture | undefined {
  if (options.image !== undefined) {
    const { width, height, rgb } = pictureAt(options.image);
    return levelPicture({ width, height, channels: 3, levels: rgb });
  }
  const recorded = sample.pre?.tensors.find(({ path }) => path === 'image');
  return recorded === undefined ? undefined : tensorPicture(readEntry(dump, recorded));
}
