import { scaleLog } from 'd3';
import type { PointerEvent, ReactNode } from 'react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { ProfilePoint } from '../draw/profile-data.ts';
import { decadesOf, floorSources, profileByModule, profileByNode } from '../draw/profile-data.ts';
import { linePath, bandPath } from '../draw/profile-paths.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { selectNode } from '../state/select.ts';
import { useNodes } from './nodes.ts';
import type { StagePoint } from '../draw/stage-points.ts';
import { stagePoints } from '../draw/stage-points.ts';
import { StageMarks } from './stage-marks.tsx';

const MARGIN = { top: 10, right: 34, bottom: 22, left: 72 };
/** From the first and the last node to the marks of the stages outside of the graph. */
const STAGE_GAP = 14;

/** Error against execution order: both errors, the noise floor, marks where error is introduced. Drag to brush. */
export function Profile(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const nodes = useNodes();
  const { rows, report } = useAtom(app.run).shown;
  const stages = useMemo(() => stagePoints(report), [report]);
  const [byModule, setByModule] = useState(false);
  const points = useMemo(
    () => (byModule ? profileByModule(nodes, rows) : profileByNode(nodes, rows)),
    [nodes, rows, byModule],
  );
  const host = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(host);
  return (
    <section className="profile" aria-label={texts.profile}>
      <div className="pane-bar">
        <h2 className="pane-title">{texts.profile}</h2>
        <span className="key key-total">{texts.errorSoFar}</span>
        <span className="key key-local">{texts.ownError}</span>
        <span
          className="key key-floor"
          title={floorSources(points)
            .map((source) => texts.floorSource[source])
            .join('; ')}
        >
          {texts.noiseFloor}
        </span>
        <span className="key key-site">{texts.introducedHere}</span>
        <span className="spacer" />
        <span className="soft wide-only">{texts.brushHint}</span>
        <button
          type="button"
          className="button-small"
          aria-pressed={byModule}
          onClick={() => setByModule(!byModule)}
        >
          {byModule ? texts.byModule : texts.byNode}
        </button>
      </div>
      <div className="profile-plot" ref={host}>
        {width > 0 && height > 0 ? (
          <Plot points={points} stages={stages} width={width} height={height} />
        ) : null}
      </div>
    </section>
  );
}

interface PlotProps {
  readonly points: readonly ProfilePoint[];
  readonly stages: readonly StagePoint[];
  readonly width: number;
  readonly height: number;
}

function Plot({ points, stages, width, height }: PlotProps): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const hover = useAtom(app.hover);
  const selection = useAtom(app.selection);
  const brushed = useAtom(app.brushed);
  const [drag, setDrag] = useState<{ from: number; to: number } | undefined>(undefined);
  const indexOf = useMemo(() => {
    const map = new Map<string, number>();
    points.forEach((point, index) => point.nodes.forEach((name) => map.set(name, index)));
    return map;
  }, [points]);
  const domain = useMemo(
    () =>
      decadesOf(
        points,
        stages.map(({ error }) => error),
      ),
    [points, stages],
  );
  const x = (index: number): number =>
    MARGIN.left +
    (points.length < 2 ? 0 : (index / (points.length - 1)) * (width - MARGIN.left - MARGIN.right));
  const bottom = height - MARGIN.bottom;
  const y = useMemo(() => scaleLog(domain, [bottom, MARGIN.top]).clamp(true), [domain, bottom]);
  const paths = useMemo(() => {
    const at = (value: number | undefined): number | undefined =>
      value === undefined ? undefined : value === 0 ? bottom : value === Infinity ? MARGIN.top : y(value);
    const xs = points.map((_, index) => x(index));
    return {
      total: linePath(
        xs,
        points.map((point) => at(point.total)),
      ),
      local: linePath(
        xs,
        points.map((point) => at(point.local)),
      ),
      floor: bandPath(
        xs,
        points.map((point) => at(point.floor)),
        bottom,
      ),
    };
    // x follows from width and the number of points.
  }, [points, y, bottom, width]);
  const nearest = (clientX: number, element: SVGSVGElement): number => {
    const box = element.getBoundingClientRect();
    const share = (clientX - box.left - MARGIN.left) / Math.max(1, width - MARGIN.left - MARGIN.right);
    return Math.min(points.length - 1, Math.max(0, Math.round(share * (points.length - 1))));
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    const index = nearest(event.clientX, event.currentTarget);
    app.hover.set(points[index]?.nodes[0]);
    if (drag !== undefined) setDrag({ ...drag, to: index });
  };
  const finish = (event: PointerEvent<SVGSVGElement>): void => {
    if (drag === undefined) return;
    const to = nearest(event.clientX, event.currentTarget);
    const [low, high] = [Math.min(drag.from, to), Math.max(drag.from, to)];
    setDrag(undefined);
    if (low === high) {
      app.brushed.set(new Set());
      selectNode(app, worstNode(points[low], app.selection.get()));
      return;
    }
    app.brushed.set(new Set(points.slice(low, high + 1).flatMap((point) => point.nodes)));
  };
  const brushedRange = rangeOf(indexOf, brushed);
  const range =
    drag === undefined ? brushedRange : [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
  const hoverIndex = hover === undefined ? undefined : indexOf.get(hover);
  const selectedIndex = selection === undefined ? undefined : indexOf.get(selection);
  const hovered = hoverIndex === undefined ? undefined : points[hoverIndex];
  const decades = Math.round(Math.log10(domain[1] / domain[0]));
  const step = Math.max(1, Math.ceil(decades / Math.max(2, Math.floor((bottom - MARGIN.top) / 22))));
  const ticks = Array.from(
    { length: Math.floor(decades / step) + 1 },
    (_, index) => domain[0] * 10 ** (index * step),
  );
  return (
    <>
      <svg
        className="profile-svg"
        width={width}
        height={height}
        role="img"
        aria-label={`${texts.profile}: ${points.length}`}
        onPointerMove={move}
        onPointerLeave={() => app.hover.set(undefined)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const from = nearest(event.clientX, event.currentTarget);
          setDrag({ from, to: from });
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(undefined)}
      >
        {ticks.map((tick) => (
          <g key={tick} transform={`translate(0 ${y(tick)})`}>
            <line className="grid-line" x1={MARGIN.left} x2={width - MARGIN.right} />
            <text className="tick" x={MARGIN.left - 28} dy="0.32em" textAnchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        <path className="profile-floor" d={paths.floor} />
        {range === undefined ? null : (
          <rect
            className="brush"
            x={x(range[0] ?? 0)}
            width={Math.max(2, x(range[1] ?? 0) - x(range[0] ?? 0))}
            y={MARGIN.top}
            height={bottom - MARGIN.top}
          />
        )}
        <path className="profile-total" d={paths.total} />
        <path className="profile-local" d={paths.local} />
        {points.map((point, index) =>
          point.isIntroduced ? (
            <g key={point.label + String(index)} transform={`translate(${x(index)} ${MARGIN.top})`}>
              <line className="site-line" y2={bottom - MARGIN.top} />
              <path className="site-mark" d="M-5,0H5L0,8Z" />
            </g>
          ) : null,
        )}
        {selectedIndex === undefined ? null : (
          <line
            className="selected-line"
            x1={x(selectedIndex)}
            x2={x(selectedIndex)}
            y1={MARGIN.top}
            y2={bottom}
          />
        )}
        {hoverIndex === undefined ? null : (
          <line className="hover-line" x1={x(hoverIndex)} x2={x(hoverIndex)} y1={MARGIN.top} y2={bottom} />
        )}
        <line className="axis-line" x1={MARGIN.left} x2={width - MARGIN.right} y1={bottom} y2={bottom} />
        <text className="tick" x={MARGIN.left} y={height - 6}>
          1
        </text>
        <text className="tick" x={width - MARGIN.right} y={height - 6} textAnchor="end">
          {points.length}
        </text>
      </svg>
      <StageMarks
        stages={stages}
        left={MARGIN.left - STAGE_GAP}
        right={width - MARGIN.right + STAGE_GAP}
        top={MARGIN.top}
        bottom={bottom}
        y={y}
      />
      {hovered === undefined ? null : (
        <div
          className="tip"
          style={{
            insetInlineStart: Math.min(x(hoverIndex ?? 0) + 10, width - 270),
            top: MARGIN.top,
          }}
        >
          <strong>{hovered.label === '' ? '(root)' : hovered.label}</strong>
          <span>
            {texts.errorSoFar} {hovered.total === undefined ? '–' : formatNumber(hovered.total)}
          </span>
          <span>
            {texts.ownError} {hovered.local === undefined ? '–' : formatNumber(hovered.local)}
          </span>
          {hovered.floor === undefined ? null : (
            <span>
              {texts.noiseFloor} {formatNumber(hovered.floor)}
              {hovered.floorSource === undefined ? null : (
                <span className="soft"> {texts.floorSource[hovered.floorSource]}</span>
              )}
            </span>
          )}
        </div>
      )}
    </>
  );
}

/** Of a module's nodes the one after the selected one, so that repeated clicks walk through it. */
function worstNode(point: ProfilePoint | undefined, selected: string | undefined): string | undefined {
  if (point === undefined) return undefined;
  const at = selected === undefined ? -1 : point.nodes.indexOf(selected);
  return point.nodes[(at + 1) % point.nodes.length];
}

function rangeOf(
  indexOf: ReadonlyMap<string, number>,
  names: ReadonlySet<string>,
): readonly [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const name of names) {
    const index = indexOf.get(name);
    if (index === undefined) continue;
    low = Math.min(low, index);
    high = Math.max(high, index);
  }
  return low > high ? undefined : [low, high];
}

function useSize(host: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return size;
}
