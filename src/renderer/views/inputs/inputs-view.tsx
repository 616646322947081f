import type { ReactNode } from 'react';
import { printable } from '../../../shared/errors.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { useStagePictures } from '../../state/stage-pictures.ts';
import { EffectsTable } from './effects-table.tsx';
import { InputCard } from './input-card.tsx';
import { PromptCard } from './prompt-card.tsx';
import { SampleTold } from '../sample-told.tsx';
import { SidesTable } from './sides-table.tsx';

/** Before the first node: both sides' inputs, what is otherwise, and what that does to the outputs. */
export function InputsView(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const words = useTexts(stageTexts);
  const { report } = useAtom(app.run).shown;
  const { pictures, isAtHand } = useStagePictures('inputStage');
  if (report === undefined) return <p className="hint">{texts.noVerdictHint}</p>;
  const { inputs, inputStage, environment } = report;
  const isOther = inputs.some(({ differs }) => differs);
  return (
    <div className="stage" tabIndex={0} role="region" aria-label={texts.inputs}>
      <SampleTold samples={report.samples} told={inputStage.sample} />
      {isOther || inputStage.prompts.length > 0 ? null : <p className="hint">{words.givenHint}</p>}
      {inputs.map((input) => (
        <InputCard
          key={input.name}
          input={input}
          pictures={pictures?.inputs.find((one) => one.input === input.name)}
          original={pictures?.original}
        />
      ))}
      {isOther && !isAtHand ? <p className="hint">{words.noPictures}</p> : null}
      {inputStage.prompts.length === 0 ? null : (
        <section>
          <h3 className="side-title">{words.prompts}</h3>
          {inputStage.prompts.map((prompt) => (
            <PromptCard key={prompt.tensor} prompt={prompt} />
          ))}
        </section>
      )}
      {inputStage.ignored === undefined ? null : (
        <p className="hint">
          {words.ignored(
            printable(inputStage.ignored.where),
            inputStage.ignored.positions,
            inputStage.ignored.of,
          )}
        </p>
      )}
      {inputStage.places.map(({ output, text }) => (
        <p key={`${output} ${text}`} className="hint">
          {printable(output)}: {text}
        </p>
      ))}
      <EffectsTable title={words.effects} hint={words.effectsHint} effects={inputStage.effects} />
      {inputStage.note === undefined ? null : <p className="hint">{inputStage.note}</p>}
      <SidesTable sides={environment.sides} />
    </div>
  );
}
