import { exifOrientation } from './exif.ts';
import { badPicture } from './refuse.ts';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Horizontal and vertical sampling factors, one pair a component. */
  readonly sampling: readonly (readonly [horizontal: number, vertical: number])[];
  /** EXIF orientation, 1 … 8. */
  readonly orientation: number;
  /** The transform byte of Adobe's APP14 segment; 0 says that three components are RGB. */
  readonly adobeTransform: number | undefined;
}

/**
 * The segments up to the frame header. Source: ITU-T T.81, annex B.
 * @throws LayerdiffError where there is no frame header.
 */
export function jpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  let orientation = 1;
  let adobeTransform: number | undefined;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const body = bytes.subarray(at + 4, at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0));
    if (marker === 0xe1) orientation = exifOrientation(body) ?? orientation;
    if (marker === 0xee && ascii(body, 0, 5) === 'Adobe') adobeTransform = body[11];
    if (isFrame(marker)) return { ...frameOf(body, name), orientation, adobeTransform };
    if (marker === 0xda || marker === 0xd9) break;
    at += 4 + body.length;
    if (body.length === 0 && (bytes[at - 1] ?? 0) < 2) break;
  }
  throw badPicture(name, 'the JPEG file has no frame header');
}

/** SOF0 … SOF15 without the markers of tables (DHT, JPG, DAC) among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function frameOf(body: Uint8Array, name: string): Pick<JpegHeader, 'width' | 'height' | 'sampling'> {
  const components = body[5] ?? 0;
  if (body.length < 6 + 3 * components || components === 0) {
    throw badPicture(name, 'the JPEG file ends inside its frame header');
  }
  return {
    height: ((body[1] ?? 0) << 8) + (body[2] ?? 0),
    width: ((body[3] ?? 0) << 8) + (body[4] ?? 0),
    sampling: Array.from({ length: components }, (_, index) => {
      const factors = body[7 + 3 * index] ?? 0;
      return [factors >> 4, factors & 15] as const;
    }),
  };
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
