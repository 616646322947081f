import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { formatNumber, formatShape } from '../../../shared/format.ts';
import type { InputRow } from '../../../shared/report.ts';
import type { InputPictures as Pictures, SmallPicture } from '../../../shared/stage-pictures.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { InputPictures } from './input-pictures.tsx';
import { InputSides } from './input-sides.tsx';
import { InputWhy } from './input-why.tsx';
import { Steps } from './steps.tsx';

export interface InputCardProps {
  readonly input: InputRow;
  readonly pictures: Pictures | undefined;
  readonly original: SmallPicture | undefined;
}

/** One model input: what is otherwise and what to do, both sides and their difference, how each was made. */
export function InputCard({ input, pictures, original }: InputCardProps): ReactNode {
  const words = useTexts(stageTexts);
  const { name, dtype, dims, source, differs, explanation, steps, places, difference } = input;
  const state = differs ? words.differs : difference === undefined ? words.notGiven.inputs : words.equal;
  return (
    <article className="stage-card" data-differs={differs}>
      <div className="stage-head">
        <h3>{printable(name)}</h3>
        <span className={`state ${differs ? 'state-introduced' : 'state-equal'}`}>{state}</span>
        <span className="soft">
          {dtype} {formatShape(dims)}
        </span>
        {difference === undefined || !differs ? null : (
          <span className="soft">
            {words.relativeL2} {formatNumber(difference.relativeL2)}
          </span>
        )}
        <span className="soft stage-source">{words.from(printable(source))}</span>
      </div>
      <Steps steps={[...(explanation?.best?.steps ?? []), ...steps]} />
      {places.map((place) => (
        <p key={place.text}>{place.text}</p>
      ))}
      {differs && explanation !== undefined ? <InputWhy explanation={explanation} /> : null}
      {pictures === undefined ? null : <InputPictures pictures={pictures} original={original} />}
      <InputSides sides={explanation?.sides} />
    </article>
  );
}
