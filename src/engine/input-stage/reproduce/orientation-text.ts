/** What each EXIF orientation does to a picture as it is stored. Source: Exif 2.32, 4.6.4.A, tag 0x0112. */
const TURNS: Readonly<Record<number, string>> = {
  2: 'mirrored left to right',
  3: 'turned by 180°',
  4: 'mirrored upside down',
  5: 'rows and columns exchanged',
  6: 'turned by 90° clockwise',
  7: 'rows and columns exchanged and turned by 180°',
  8: 'turned by 90° counter-clockwise',
};

/**
 * How a picture was turned, empty where it was not.
 * @param tag EXIF orientation of the file, 1 where it has none: only what a file asks for is told as that.
 */
export function orientationText(orientation: number, tag: number): string {
  if (orientation === 1) return '';
  return orientation === tag ? `EXIF orientation ${orientation} applied` : (TURNS[orientation] ?? '');
}
