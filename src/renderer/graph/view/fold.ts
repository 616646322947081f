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
}

const COLUMN_GAP = 4;
const MOST_COLUMNS = 12;

/** Columns are added as long as that makes the picture larger. Down it may be squeezed; across it is not stretched. */
export function fold(width: number, height: number, roomX: number, roomY: number): Fold {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= MOST_COLUMNS; columns++) {
    const across = (roomX / columns - COLUMN_GAP) / width;
    const down = (roomY * columns) / height;
    const scale = Math.min(across, down);
    if (scale <= largest) continue;
    largest = scale;
    best = columns;
  }
  const span = height / best;
  return {
    columns: best,
    span,
    scaleX: Math.min((roomX / best - COLUMN_GAP) / width, Math.max(largest, 2 / width) * 6),
    scaleY: Math.min(roomY / span, largest * 6),
    columnWidth: roomX / best,
  };
}

/** From the overview to the picture. */
export function unfold(
  { columns, span, scaleX, scaleY, columnWidth }: Fold,
  x: number,
  y: number,
): readonly [number, number] {
  const column = Math.max(0, Math.min(columns - 1, Math.floor(x / columnWidth)));
  return [(x - column * columnWidth) / scaleX, column * span + Math.max(0, Math.min(span, y / scaleY))];
}
