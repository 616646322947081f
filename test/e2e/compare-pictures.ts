import type { Page } from 'playwright-core';

export interface PictureDifference {
  /** Share of cells of 16×16 px whose mean colour differs by more than the tolerance. */
  readonly share: number;
  readonly sizes: readonly [string, string];
}

/**
 * Compares two PNGs by the mean colour of cells: what moves, vanishes or changes colour is seen, how a letter is
 * smoothed is not. Decoded by the browser.
 */
export async function comparePictures(page: Page, golden: Buffer, seen: Buffer): Promise<PictureDifference> {
  return page.evaluate(
    async ([first, second]) => {
      const cell = 16;
      const tolerance = 24;
      const read = async (base64: string): Promise<ImageData> => {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height);
      };
      const mean = ({ data, width }: ImageData, left: number, top: number): number[] => {
        const sums = [0, 0, 0];
        for (let y = top; y < top + cell; y++)
          for (let x = left; x < left + cell; x++)
            for (let channel = 0; channel < 3; channel++)
              sums[channel]! += data[(y * width + x) * 4 + channel]!;
        return sums.map((sum) => sum / (cell * cell));
      };
      const a = await read(first!);
      const b = await read(second!);
      const sizes: [string, string] = [`${a.width}×${a.height}`, `${b.width}×${b.height}`];
      if (sizes[0] !== sizes[1]) return { share: 1, sizes };
      let cells = 0;
      let different = 0;
      for (let y = 0; y + cell <= a.height; y += cell) {
        for (let x = 0; x + cell <= a.width; x += cell) {
          cells++;
          const [left, right] = [mean(a, x, y), mean(b, x, y)];
          if (left.some((value, channel) => Math.abs(value - right[channel]!) > tolerance)) different++;
        }
      }
      return { share: different / cells, sizes };
    },
    [golden.toString('base64'), seen.toString('base64')],
  );
}
