import type { ReactNode } from 'react';
import { formatBytes, formatShape } from '../../shared/format.ts';
import type { ModelView, ValueView } from '../../shared/model-view.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';

/** The model as a whole, where no node is selected. */
export function ModelFacts({ model }: { readonly model: ModelView }): ReactNode {
  const texts = useTexts(windowTexts);
  const opsets = model.opsets.map(
    ({ domain, version }) => `${domain === '' ? 'ai.onnx' : domain} ${version}`,
  );
  return (
    <article className="node-pane" aria-label={model.name}>
      <header>
        <h2 className="node-title">{model.name}</h2>
        <p className="soft">
          {texts.modelFacts(model.nodes.length, formatBytes(model.initializers.bytes), opsets.join(', '))}
        </p>
        <p className="soft">
          {[model.producer, `IR ${model.irVersion}`].filter((part) => part !== '').join(' · ')}
        </p>
      </header>
      <Values title={texts.inputsOf} values={model.inputs} />
      <Values title={texts.outputsOf} values={model.outputs} />
      <p className="soft">{texts.noNode}</p>
    </article>
  );
}

function Values({
  title,
  values,
}: {
  readonly title: string;
  readonly values: readonly ValueView[];
}): ReactNode {
  return (
    <section>
      <h3 className="side-title">{title}</h3>
      <ul className="plain-list">
        {values.map((value) => (
          <li key={value.name} className="value-row">
            <span className="value-name">{value.name}</span>
            <span className="soft">
              {value.dtype} {formatShape(value.dims)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
