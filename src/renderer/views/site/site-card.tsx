import type { ReactNode } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { Site } from '../../../shared/report.ts';
import { causeText, placeName } from '../../i18n/cause.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { structureText } from '../../i18n/structure.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { Breakable } from '../../widgets/breakable.tsx';
import { ExperimentChip } from './experiment-chip.tsx';
import { ShareBars } from './share-bars.tsx';
import { Evidence } from './site-facts.tsx';

/** The rest stands in the node pane. */
const MOST_PATTERNS = 2;

export interface SiteCardProps {
  readonly site: Site;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

/** One site at a glance: what, where, how much, why. A click anywhere selects it, for keys there is the button. */
export function SiteCard({ site, index, isSelected, onSelect }: SiteCardProps): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { cause, structure } = site;
  const isMissing = site.kind === 'missing-operation';
  const name = site.node ?? (site.nodes.length > 4 ? placeName(site, 'named', lang) : site.nodes.join(', '));
  const scope = isMissing ? placeName(site, 'named', lang) : site.scope;
  return (
    <article className={isSelected ? 'site site-selected' : 'site'} onClick={onSelect}>
      <div className="site-head">
        <span className="site-number" aria-label={texts.site(index + 1)}>
          {index + 1}
        </span>
        <button type="button" className="site-op" aria-pressed={isSelected}>
          {isMissing ? texts.missingOperation : site.opType}
        </button>
        <span className="site-excess">
          {Number.isFinite(site.excess)
            ? `${formatNumber(site.excess)} ${texts.times}`
            : texts.differsBy(formatNumber(site.local))}
        </span>
      </div>
      <p className="site-name">
        <Breakable text={isMissing ? texts.after(name) : name} />
      </p>
      {scope === '' ? null : <p className="site-scope">{scope}</p>}
      {cause === undefined ? null : <p className="site-cause">{causeText(site, cause, lang, 'this')}</p>}
      {cause?.experiment === undefined ? null : <ExperimentChip experiment={cause.experiment} />}
      <ShareBars contribution={site.contribution} />
      {structure.length === 0 ? null : (
        <ul className="pattern" aria-label={texts.pattern}>
          {structure.slice(0, MOST_PATTERNS).map((one) => (
            <li key={one.kind} title={structureText(one, lang)}>
              {structureText(one, lang)}
            </li>
          ))}
        </ul>
      )}
      <Evidence site={site} />
    </article>
  );
}
