import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useState } from 'react';

export interface SplitProps {
  /** Under which the size is remembered. */
  readonly name: string;
  readonly direction: 'row' | 'column';
  /** Which of the two children has the fixed size. */
  readonly fixed: 'first' | 'second';
  readonly initial: number;
  readonly least: number;
  readonly label: string;
  readonly children: readonly [ReactNode, ReactNode];
}

const STEP = 24;

/** Two panes with a separator that is dragged or moved with arrow keys; double click or Enter collapses the fixed one. */
export function Split(props: SplitProps): ReactNode {
  const { name, direction, fixed, initial, least, label, children } = props;
  const [size, setSize] = useState(() => rememberedSize(name) ?? initial);
  const change = (next: number): void => {
    const rounded = next < least / 2 ? 0 : Math.max(least, Math.round(next));
    setSize(rounded);
    rememberSize(name, rounded);
  };
  const toggle = (): void => change(size === 0 ? initial : 0);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const place = (at: { clientX: number; clientY: number }): number =>
      direction === 'row' ? at.clientX : at.clientY;
    const from = place(event);
    const sign = fixed === 'first' ? 1 : -1;
    const move = (at: globalThis.PointerEvent): void => change(size + sign * (place(at) - from));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  };
  const key = (event: KeyboardEvent): void => {
    const forward = direction === 'row' ? 'ArrowRight' : 'ArrowDown';
    const back = direction === 'row' ? 'ArrowLeft' : 'ArrowUp';
    const sign = fixed === 'first' ? 1 : -1;
    if (event.key === forward) change(size + sign * STEP);
    else if (event.key === back) change(size - sign * STEP);
    else if (event.key === 'Enter') toggle();
    else return;
    event.preventDefault();
  };
  const style = { flex: `0 0 ${size}px` };
  return (
    <div className={`split split-${direction}`}>
      <div
        className="split-pane"
        style={fixed === 'first' ? style : undefined}
        hidden={fixed === 'first' && size === 0}
      >
        {children[0]}
      </div>
      <div
        className="split-handle"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
        aria-valuenow={size}
        aria-valuemin={0}
        onPointerDown={drag}
        onDoubleClick={toggle}
        onKeyDown={key}
      />
      <div
        className="split-pane"
        style={fixed === 'second' ? style : undefined}
        hidden={fixed === 'second' && size === 0}
      >
        {children[1]}
      </div>
    </div>
  );
}

/** Sizes are a convenience: where the browser keeps nothing, they are the initial ones. */
function rememberedSize(name: string): number | undefined {
  try {
    const value = Number(localStorage.getItem(`layerdiff.pane.${name}`) ?? NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

function rememberSize(name: string, size: number): void {
  try {
    localStorage.setItem(`layerdiff.pane.${name}`, String(size));
  } catch {
    // Private windows refuse.
  }
}
