import type { ReactNode } from 'react';
import { graphTexts } from '../i18n/graph.ts';
import { useTexts } from '../i18n/language.ts';
import { useAtom } from '../state/atom.ts';
import type { GraphView } from './view/graph-view.ts';

/** Drawn on a 16 px grid with one stroke, so that they look alike. */
const ICONS = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  one: 'M3 5l1.8-1.3V12M10.8 5l1.8-1.3V12M7.8 6.5v.01M7.8 10v.01',
  expand: 'M8 2.5v4M6 4.5l2 2 2-2M8 13.5v-4M6 11.5l2-2 2 2M2.5 8h11',
  open: 'M8 6V2M6 4l2-2 2 2M8 10v4M6 12l2 2 2-2M2.5 8h11',
  flat: 'M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z',
  target: 'M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3',
} as const;

export function Toolbar({
  view,
  onTarget,
}: {
  readonly view: GraphView;
  readonly onTarget: () => void;
}): ReactNode {
  const texts = useTexts(graphTexts);
  const isFlat = useAtom(view.isFlat);
  const hasGroups = (useAtom(view.settled)?.prepared.groups.count ?? 1) > 1;
  return (
    <div className="graph-tools" role="group" aria-label={texts.tools}>
      <div>
        <Tool icon="plus" label={texts.zoomIn} onPress={() => view.camera.zoomBy(1.4)} />
        <Tool icon="minus" label={texts.zoomOut} onPress={() => view.camera.zoomBy(1 / 1.4)} />
        <Tool icon="fit" label={texts.fit} onPress={view.fit} />
        <Tool icon="one" label={texts.actualSize} onPress={view.actualSize} />
        <Tool icon="target" label={texts.toSite} onPress={onTarget} />
      </div>
      {hasGroups && (
        <div>
          <Tool icon="open" label={texts.expand} onPress={view.expand} isOff={isFlat} />
          <Tool icon="expand" label={texts.collapse} onPress={view.collapse} isOff={isFlat} />
          <Tool
            icon="flat"
            label={isFlat ? texts.grouped : texts.flat}
            onPress={view.toggleFlat}
            isPressed={isFlat}
          />
        </div>
      )}
    </div>
  );
}

function Tool({
  icon,
  label,
  onPress,
  isPressed,
  isOff = false,
}: {
  readonly icon: keyof typeof ICONS;
  readonly label: string;
  readonly onPress: () => void;
  readonly isPressed?: boolean;
  readonly isOff?: boolean;
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      disabled={isOff}
      onClick={onPress}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={ICONS[icon]} />
      </svg>
    </button>
  );
}
