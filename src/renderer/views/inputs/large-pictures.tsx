import type { KeyboardEvent, ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { windowTexts } from '../../i18n/window.ts';
import { Modal } from '../../widgets/modal.tsx';
import { SmallPicture } from '../../widgets/small-picture.tsx';
import type { Captioned } from './input-pictures.tsx';

export interface LargePicturesProps {
  readonly pictures: readonly Captioned[];
  readonly at: number;
  readonly onChange: (at: number) => void;
  readonly onClose: () => void;
}

/** One picture as large as the window; arrow keys put the next one in its place, so that what differs blinks. */
export function LargePictures({ pictures, at, onChange, onClose }: LargePicturesProps): ReactNode {
  const words = useTexts(stageTexts);
  const texts = useTexts(windowTexts);
  const body = useRef<HTMLDivElement>(null);
  // After the dialog has taken the focus to its first button.
  useEffect(() => body.current?.focus(), []);
  const shown = pictures[at];
  const flip = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onChange((at + by + pictures.length) % pictures.length);
  };
  if (shown === undefined) return null;
  return (
    <Modal label={shown.caption} className="picture-modal" onClose={onClose}>
      <div ref={body} tabIndex={-1} className="picture-large" onKeyDown={flip}>
        <div className="picture-bar">
          {pictures.map(({ caption }, index) => (
            <button
              key={caption}
              type="button"
              className="button-small"
              aria-pressed={index === at}
              onClick={() => onChange(index)}
            >
              {caption}
            </button>
          ))}
          <span className="spacer" />
          <span className="soft">{words.flipKeys}</span>
          <button type="button" className="button-small" onClick={onClose}>
            {texts.close}
          </button>
        </div>
        <div style={{ ['--ratio' as string]: shown.picture.width / shown.picture.height }}>
          <SmallPicture picture={shown.picture} caption={shown.caption} />
        </div>
      </div>
    </Modal>
  );
}
