import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { windowTexts } from '../../i18n/window.ts';
import type { Severity } from './gather.ts';

/** Told apart by shape as well as by colour: an octagon, a triangle, a circle. */
const SHAPES: Readonly<Record<Severity, string>> = {
  fault: 'M4.4 1h5.2L13 4.4v5.2L9.6 13H4.4L1 9.6V4.4z',
  warning: 'M7 1.2L13.4 12.8H0.6z',
  info: 'M7 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
};

export function SeverityMark({ severity }: { readonly severity: Severity }): ReactNode {
  const texts = useTexts(windowTexts);
  const said = texts.severity[severity];
  return (
    <svg className={`severity severity-${severity}`} viewBox="0 0 14 14" role="img" aria-label={said}>
      <path className="severity-shape" d={SHAPES[severity]} />
      <path className="severity-sign" d={severity === 'info' ? 'M7 6.5v4M7 3.6v1' : 'M7 4v3.8M7 9.8v1'} />
    </svg>
  );
}
