import type { ReactNode } from 'react';
import { Fragment } from 'react';

/** After a separator inside a word; numbers stay whole. */
const BREAKS = /(?<=\S[_=/,]|\S\.(?=\D))(?=[^\s_=/.,])/;

/** A name or setting that may be broken after its separators, rather than in the middle of a word. */
export function Breakable({ text }: { readonly text: string }): ReactNode {
  const parts = text.split(BREAKS);
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
