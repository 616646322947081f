/** SVG paths over points some of which have no value: lines go on over those, single points become short strokes. */

export function linePath(xs: readonly number[], ys: readonly (number | undefined)[]): string {
  let path = '';
  let last: number | undefined;
  ys.forEach((y, index) => {
    if (y === undefined) return;
    const x = round(xs[index] ?? 0);
    // Tensors that are not compared lie between those that are: the line goes on over them.
    path += last === undefined ? `M${x},${round(y)}h0.01` : `L${x},${round(y)}`;
    last = index;
  });
  return path;
}

/** The area between the values and a base line. */
export function bandPath(xs: readonly number[], ys: readonly (number | undefined)[], base: number): string {
  const known = ys.flatMap((y, index) =>
    y === undefined ? [] : [{ x: round(xs[index] ?? 0), y: round(y) }],
  );
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return '';
  return `M${first.x},${base}${known.map(({ x, y }) => `L${x},${y}`).join('')}L${last.x},${base}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
