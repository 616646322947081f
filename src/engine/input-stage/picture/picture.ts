/** A decoded picture, as it is stored: EXIF orientation is a fact, not applied. */
export interface Picture {
  /** As given; shown only as text. */
  readonly name: string;
  readonly format: 'png' | 'jpeg';
  readonly width: number;
  readonly height: number;
  /** 8-bit levels, row by row, R, G, B of a pixel side by side; transparency is left out, as cv2.imread does. */
  readonly rgb: Uint8Array;
  /** EXIF tag 0x0112, 1 … 8; 1 where there is none. */
  readonly orientation: number;
}

/** Pixels of a picture that is read at all: 8000 × 8000. */
export const MOST_PIXELS = 64_000_000;
