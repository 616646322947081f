import { interpolateViridis, rgb } from 'd3';

/** Cells as a small picture to be stretched: one pixel a cell. `shade` gives 0 to 1, undefined leaves a cell clear. */
export function cellImage(
  rows: number,
  columns: number,
  shade: (row: number, column: number) => number | undefined,
): string {
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (context === null) return '';
  const image = context.createImageData(columns, rows);
  const palette = Array.from({ length: 256 }, (_, step) => rgb(interpolateViridis(step / 255)));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const share = shade(row, column);
      if (share === undefined) continue;
      const color = palette[Math.min(255, Math.max(0, Math.round(share * 255)))];
      if (color !== undefined) image.data.set([color.r, color.g, color.b, 255], (row * columns + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL('image/png');
}
