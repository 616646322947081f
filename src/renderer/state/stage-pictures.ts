import type { StagePictures } from '../../shared/stage-pictures.ts';
import { clientOf } from './actions.ts';
import { useApp } from './app.ts';
import { useAtom } from './atom.ts';
import { useRemote, valueOf } from './remote.ts';

/** Pictures of what the shown sample was fed; undefined until they are there, and where no engine is at hand. */
export function useStagePictures(): {
  readonly pictures: StagePictures | undefined;
  readonly isAtHand: boolean;
} {
  const app = useApp();
  const { shown, state } = useAtom(app.run);
  const sample = useAtom(app.sample);
  const { job, report } = shown;
  const isAtHand = job !== undefined && job !== 'opened' && report !== undefined && state.kind === 'idle';
  const answer = useRemote(isAtHand ? `${job} pictures ${sample}` : undefined, () =>
    clientOf(app).pictures(job ?? '', sample),
  );
  return { pictures: valueOf(answer), isAtHand };
}
