import type { ReactNode } from 'react';
import type { Experiment } from '../../../shared/cause.ts';
import { printable } from '../../../shared/errors.ts';
import { formatNumber } from '../../../shared/format.ts';
import { experimentText } from '../../i18n/cause.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { settingText } from '../../i18n/setting.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { Breakable } from '../../widgets/breakable.tsx';
import { CopyButton } from '../../widgets/copy-button.tsx';

/** The setting that gives what was recorded, how near it comes, and a way to take it along. */
export function ExperimentChip({ experiment }: { readonly experiment: Experiment }): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { setting, before, error, reproduces, alternatives } = experiment;
  const said = settingText(setting, lang);
  const also = alternatives.length === 0 ? '' : `\n${texts.alsoRight(printable(alternatives.join('; ')))}`;
  return (
    <span
      className={`chip ${reproduces ? 'chip-right' : 'chip-near'}`}
      title={experimentText(experiment, lang) + also}
    >
      <svg className="chip-mark" viewBox="0 0 14 14" width="12" height="12" aria-hidden="true">
        <path d={reproduces ? 'M2 7.5l3.2 3.2L12 4' : 'M2 8.5c2-4 4-1 5-2s3-3.5 5-1'} />
      </svg>
      <span className="chip-text">
        <span className="chip-lead">{reproduces ? texts.rightWith : texts.closestWith}</span>{' '}
        <span className="chip-setting">
          <Breakable text={said} />
        </span>{' '}
        <span className="chip-error">
          {error === 0 ? texts.exact : formatNumber(error)}
          {reproduces ? '' : ` ${texts.insteadOf(formatNumber(before))}`}
        </span>
      </span>
      <CopyButton text={setting} label={texts.copySetting(said)} done={texts.start.copied} />
    </span>
  );
}
