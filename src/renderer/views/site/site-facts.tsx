import type { ReactNode } from 'react';
import type { Site } from '../../../shared/report.ts';
import type { Naming } from '../../i18n/cause.ts';
import { causeConfirm, causeFix, causeText } from '../../i18n/cause.ts';
import { language, useTexts } from '../../i18n/language.ts';
import { structureText } from '../../i18n/structure.ts';
import { windowTexts } from '../../i18n/window.ts';
import { useAtom } from '../../state/atom.ts';
import { Breakable } from '../../widgets/breakable.tsx';
import { ExperimentChip } from './experiment-chip.tsx';
import { ShareBars } from './share-bars.tsx';

/** All that is known of a site, in full: cause, what to do, what would confirm it, shares, pattern, evidence. */
export function SiteFacts({ site, naming }: { readonly site: Site; readonly naming: Naming }): ReactNode {
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const { cause, structure } = site;
  const confirm = cause === undefined ? '' : causeConfirm(cause, lang);
  return (
    <div className="site-facts">
      {cause === undefined ? null : (
        <>
          <Fact title={texts.likelyCause}>
            <p className="site-cause">
              <Breakable text={causeText(site, cause, lang, naming)} />
            </p>
            {cause.experiment === undefined ? null : <ExperimentChip experiment={cause.experiment} />}
          </Fact>
          <Fact title={texts.toDo}>
            <Breakable text={causeFix(cause, lang)} />
          </Fact>
          {confirm === '' ? null : <Fact title={texts.toConfirm}>{confirm}</Fact>}
        </>
      )}
      {structure.length === 0 ? null : (
        <Fact title={texts.pattern}>
          <ul className="pattern">
            {structure.map((one) => (
              <li key={one.kind}>{structureText(one, lang)}</li>
            ))}
          </ul>
        </Fact>
      )}
      {site.contribution.length === 0 ? (
        <ShareBars contribution={[]} />
      ) : (
        <Fact title={texts.share}>
          <ShareBars contribution={site.contribution} />
        </Fact>
      )}
      <Evidence site={site} />
    </div>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="site-fact">
      <h3 className="site-fact-title">{title}</h3>
      <div>{children}</div>
    </section>
  );
}

/** Folded: what the verdict rests on, for who doubts it. */
export function Evidence({ site }: { readonly site: Site }): ReactNode {
  const texts = useTexts(windowTexts);
  if (site.evidence.length === 0) return null;
  return (
    <details className="evidence">
      <summary>{texts.evidence(site.evidence.length)}</summary>
      <ul>
        {site.evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
