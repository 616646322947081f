import type { ReactNode } from 'react';
import { useState } from 'react';
import { formatNumber } from '../../../shared/format.ts';
import type { InputPictures as Pictures, SmallPicture as Pixels } from '../../../shared/stage-pictures.ts';
import { useTexts } from '../../i18n/language.ts';
import { stageTexts } from '../../i18n/stages.ts';
import { SmallPicture } from '../../widgets/small-picture.tsx';
import { LargePictures } from './large-pictures.tsx';

export interface InputPicturesProps {
  readonly pictures: Pictures;
  readonly original: Pixels | undefined;
}

export interface Captioned {
  readonly picture: Pixels;
  readonly caption: string;
}

/** What both sides were fed and their difference, side by side and equally large; then what they were made from. */
export function InputPictures({ pictures, original }: InputPicturesProps): ReactNode {
  const words = useTexts(stageTexts);
  const [open, setOpen] = useState<number | undefined>(undefined);
  const { recorded, deployed, difference } = pictures;
  const shown: readonly Captioned[] = [
    { picture: recorded, caption: words.recorded },
    ...(deployed === undefined ? [] : [{ picture: deployed, caption: words.deployed }]),
    ...(difference === undefined
      ? []
      : [{ picture: difference, caption: words.differenceUpTo(formatNumber(difference.most)) }]),
    ...(original === undefined ? [] : [{ picture: original, caption: words.original }]),
  ];
  return (
    <div className="pictures">
      {shown.map(({ picture, caption }, index) => (
        <SmallPicture
          key={caption}
          picture={picture}
          caption={caption}
          openLabel={words.enlarge}
          onOpen={() => setOpen(index)}
        />
      ))}
      {open === undefined ? null : (
        <LargePictures pictures={shown} at={open} onChange={setOpen} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}
