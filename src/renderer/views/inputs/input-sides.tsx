import type { ReactNode } from 'react';
import type { InputExplanation, PipelineSide } from '../../../shared/input-stage.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';

/** The pipeline that makes each side's input from the picture. */
export function InputSides({ sides }: Pick<InputExplanation, 'sides'>): ReactNode {
  const words = useTexts(stageTexts);
  if (sides === undefined) return null;
  return (
    <section>
      <h4>{words.madeFrom}</h4>
      <dl className="facts">
        <Side title={words.reference} side={sides.recorded} />
        <Side title={words.candidate} side={sides.deployed} />
      </dl>
    </section>
  );
}

interface SideProps {
  readonly title: string;
  readonly side: PipelineSide | undefined;
}

function Side({ title, side }: SideProps): ReactNode {
  const words = useTexts(stageTexts);
  return (
    <>
      <dt>{title}</dt>
      <dd>{side?.text ?? <span className="soft">{words.noSide}</span>}</dd>
    </>
  );
}
