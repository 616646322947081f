import type { ReactNode } from 'react';
import { formatPercent } from '../../../shared/format.ts';
import type { SiteContribution } from '../../../shared/report.ts';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import { barOf, shareScale, telling } from './shares.ts';

/** Of each output's error the share that comes from the site, as bars on one scale. */
export function ShareBars({
  contribution,
}: {
  readonly contribution: readonly SiteContribution[];
}): ReactNode {
  const texts = useTexts(windowTexts);
  const { shown, left } = telling(contribution);
  if (contribution.length === 0)
    return (
      <p className="shares-none" title={texts.notMeasuredHint}>
        {texts.notMeasured}
      </p>
    );
  const scale = shareScale(shown);
  return (
    <div className="shares" role="group" aria-label={texts.share} title={texts.shareHint}>
      {shown.map(({ output, share }) => (
        <div key={output} className="share">
          <span className="share-output">{output}</span>
          <span className="share-track" aria-hidden="true">
            {share === undefined ? null : (
              <span
                className={share < 0 ? 'share-bar share-negative' : 'share-bar'}
                style={barOf(scale, share)}
              />
            )}
            {scale.least < 0 ? (
              <span className="share-zero" style={{ insetInlineStart: scale.zero }} />
            ) : null}
          </span>
          <span className="share-number" aria-label={texts.shareOf(output)}>
            {share === undefined ? '–' : formatPercent(share)}
          </span>
        </div>
      ))}
      {left === 0 ? null : <p className="soft">{texts.moreOutputs(left)}</p>}
    </div>
  );
}
