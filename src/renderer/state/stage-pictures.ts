import type { StagePictures } from '../../shared/stage-pictures.ts';
import { clientOf } from './actions.ts';
import { useApp } from './app.ts';
import { useAtom } from './atom.ts';
import { useRemote, valueOf } from './remote.ts';

/** Pictures of what the sample that a stage tells of was fed; undefined until they are there, and where no engine is at hand. */
export function useStagePictures(stage: 'inputStage' | 'outputStage'): {
  readonly pictures: StagePictures | undefined;
  readonly isAtHand: boolean;
} {
  const app = useApp();
  const { shown, state } = useAtom(app.run);
  const { job, report } = shown;
  const sample = report?.[stage].sample ?? 0;
  const isAtHand = job !== undefined && job !== 'opened' && report !== undefined && state.kind === 'idle';
  const answer = useRemote(isAtHand ? `${job} pictures ${sample}` : undefined, () =>
    clientOf(app).pictures(job ?? '', sample),
  );
  return { pictures: valueOf(answer), isAtHand };
}
