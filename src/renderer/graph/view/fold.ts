/**
 * A tall picture folded into columns, so that its overview fits a small rectangle: column c shows the picture from
 * c · `span` to (c + 1) · `span`.
 */
export interface Fold {
  readonly columns: number;
  /** Px of the picture in one column. */
  readonly span: number;
  /** Px of overview per px of picture: across, and down. */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly columnWidth: number;
  /** Free px at the left of the picture in each column. */
  readonly inset: number;
}

const COLUMN_GAP = 4;
const MOST_COLUMNS = 12;

/** Px of overview below which a picture in one column is too narrow to be of use. */
const NARROWEST = 36;

/** Columns are added as long as that makes the picture larger, and only where one is too narrow. */
export function fold(width: number, height: number, roomX: number, roomY: number): Fold {
  let best = 1;
  let largest = Math.min(roomX / width, roomY / height);
  for (let columns = 2; columns <= MOST_COLUMNS && largest * width < NARROWEST; columns++) {
    const across = (roomX / columns - COLUMN_GAP) / width;
    const down = (roomY * columns) / height;
    const scale = Math.min(across, down);
    if (scale <= largest) continue;
    largest = scale;
    best = columns;
  }
  const span = height / best;
  const columnWidth = roomX / best;
  // A picture of great height is stretched across rather than shown as a hair.
  const scaleX = best === 1 ? largest : Math.min((columnWidth - COLUMN_GAP) / width, 6 * largest);
  return {
    columns: best,
    span,
    scaleX,
    scaleY: Math.min(roomY / span, 6 * largest),
    columnWidth,
    inset: (columnWidth - (best === 1 ? 0 : COLUMN_GAP) - scaleX * width) / 2,
  };
}

/** From the overview to the picture. */
export function unfold(
  { columns, span, scaleX, scaleY, columnWidth, inset }: Fold,
  x: number,
  y: number,
): readonly [number, number] {
  const column = Math.max(0, Math.min(columns - 1, Math.floor(x / columnWidth)));
  return [
    (x - column * columnWidth - inset) / scaleX,
    column * span + Math.max(0, Math.min(span, y / scaleY)),
  ];
}
