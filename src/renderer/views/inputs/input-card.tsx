import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { formatNumber, formatPercent, formatShape } from '../../../shared/format.ts';
import type { InputExplanation, PipelineSide } from '../../../shared/input-stage.ts';
import type { InputRow } from '../../../shared/report.ts';
import type { InputPictures, SmallPicture as Pixels } from '../../../shared/stage-pictures.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { SmallPicture } from '../../widgets/small-picture.tsx';
import { Steps } from './steps.tsx';

export interface InputCardProps {
  readonly input: InputRow;
  readonly pictures: InputPictures | undefined;
  readonly original: Pixels | undefined;
}

/** One model input: both sides, their difference, what explains it. */
export function InputCard({ input, pictures, original }: InputCardProps): ReactNode {
  const words = useTexts(stageTexts);
  const { name, dtype, dims, source, differs, explanation, steps, places, difference } = input;
  return (
    <article className="stage-card" data-differs={differs}>
      <p className="stage-head">
        <strong>{printable(name)}</strong>
        <span className="soft">
          {dtype} {formatShape(dims)}
        </span>
        <span className={`state ${differs ? 'state-introduced' : 'state-equal'}`}>
          {differs ? words.differs : difference === undefined ? words.notGiven : words.equal}
        </span>
        <span className="soft stage-source">{printable(source)}</span>
      </p>
      {differs ? <Why explanation={explanation} /> : null}
      <Steps steps={explanation?.best?.steps ?? steps} />
      {places.map((place) => (
        <p key={place.text}>{place.text}</p>
      ))}
      {pictures === undefined ? null : (
        <div className="pictures">
          {original === undefined ? null : <SmallPicture picture={original} caption={words.original} />}
          <SmallPicture picture={pictures.recorded} caption={words.recorded} />
          {pictures.deployed === undefined ? null : (
            <SmallPicture picture={pictures.deployed} caption={words.deployed} />
          )}
          {pictures.difference === undefined ? null : (
            <SmallPicture
              picture={pictures.difference}
              caption={words.differenceUpTo(formatNumber(pictures.difference.most))}
            />
          )}
        </div>
      )}
      {explanation?.sides === undefined ? null : (
        <section className="sides">
          <h4>{words.madeFrom}</h4>
          <Side title={words.reference} side={explanation.sides.recorded} />
          <Side title={words.candidate} side={explanation.sides.deployed} />
        </section>
      )}
    </article>
  );
}

function Why({ explanation }: { readonly explanation: InputExplanation | undefined }): ReactNode {
  const words = useTexts(stageTexts);
  if (explanation === undefined) return null;
  const { best, rivals, note, difference } = explanation;
  // Its steps stand below, one by one.
  const isTold = best !== undefined && best.steps.length > 0;
  return (
    <>
      {isTold ? null : (
        <p className="stage-text">{best?.text ?? `${difference.text}. ${words.noExplanation}`}</p>
      )}
      {best === undefined || best.residual === 0 ? null : (
        <p className="soft">
          {words.residual(formatNumber(best.residual))} ({formatPercent(best.residualShare)})
        </p>
      )}
      {note === undefined ? null : <p className="soft">{note}</p>}
      {rivals.length === 0 ? null : (
        <details className="evidence">
          <summary>{words.rivals(rivals.length)}</summary>
          <ul>
            {rivals.map((rival) => (
              <li key={rival.text}>{rival.text}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Side({
  title,
  side,
}: {
  readonly title: string;
  readonly side: PipelineSide | undefined;
}): ReactNode {
  const words = useTexts(stageTexts);
  return (
    <p className="stage-side">
      <strong>{title}</strong> {side === undefined ? <span className="soft">{words.noSide}</span> : side.text}
      {side === undefined ? null : (
        <span className="soft">
          {' '}
          {words.levels(formatNumber(side.residualLevels.max), formatPercent(side.residualLevels.share))}
        </span>
      )}
    </p>
  );
}
