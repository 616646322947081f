import type { ReactNode } from 'react';
import { useRef, useState } from 'react';
import { saveBlob } from '../connect/save.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { svgBlob, svgToPng } from '../draw/svg-image.ts';

export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ChartFrameProps {
  readonly title: string;
  /** Base of the file name. */
  readonly name: string;
  readonly table: () => ChartTable;
  readonly aside?: ReactNode;
  /** Exactly one `<svg>`. */
  readonly children: ReactNode;
}

/** A chart that can also be read as a table, and saved as SVG or PNG. */
export function ChartFrame({ title, name, table, aside, children }: ChartFrameProps): ReactNode {
  const texts = useTexts(windowTexts);
  const [isTable, setIsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const save = async (kind: 'svg' | 'png'): Promise<void> => {
    const svg = body.current?.querySelector('svg');
    if (svg === null || svg === undefined) return;
    await saveBlob(`${name}.${kind}`, kind === 'svg' ? svgBlob(svg) : await svgToPng(svg));
  };
  return (
    <figure className="chart">
      <figcaption className="chart-bar">
        <span className="chart-title">{title}</span>
        {aside}
        <span className="spacer" />
        <button
          type="button"
          className="button-tiny"
          aria-pressed={isTable}
          onClick={() => setIsTable(!isTable)}
        >
          {isTable ? texts.asChart : texts.asTable}
        </button>
        {isTable ? null : (
          <>
            <button
              type="button"
              className="button-tiny"
              aria-label={`${texts.saveSvg}: ${title}`}
              onClick={() => void save('svg')}
            >
              {texts.saveSvg}
            </button>
            <button
              type="button"
              className="button-tiny"
              aria-label={`${texts.savePng}: ${title}`}
              onClick={() => void save('png')}
            >
              {texts.savePng}
            </button>
          </>
        )}
      </figcaption>
      {isTable ? <TableOf table={table()} label={title} /> : <div ref={body}>{children}</div>}
    </figure>
  );
}

function TableOf({ table, label }: { readonly table: ChartTable; readonly label: string }): ReactNode {
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {table.head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
