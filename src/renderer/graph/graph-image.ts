import { drawScene } from './paint/draw-scene.ts';
import { SvgSurface } from './paint/svg-surface.ts';
import type { GraphView } from './view/graph-view.ts';

/** PNGs are made with this many px to a CSS px, for print. */
const DENSITY = 2;

/** What is on view, as a file. @throws Error when nothing is on view yet */
export async function graphImage(kind: 'png' | 'svg', view: GraphView): Promise<Blob> {
  const look = view.look.get();
  if (look === undefined) throw new Error('the graph is not drawn yet');
  const { left, top, right, bottom } = view.camera.area();
  const scale = view.camera.transform().k;
  const width = right - left;
  const height = bottom - top;
  if (kind === 'svg') {
    const surface = new SvgSurface();
    drawScene(surface, look, view.camera.area(), scale);
    const text = surface.finish([left, top, width, height], scale, look.colors.ground);
    return new Blob([text], { type: 'image/svg+xml' });
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale * DENSITY);
  canvas.height = Math.round(height * scale * DENSITY);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw on');
  context.fillStyle = look.colors.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(
    scale * DENSITY,
    0,
    0,
    scale * DENSITY,
    -left * scale * DENSITY,
    -top * scale * DENSITY,
  );
  drawScene(context, look, view.camera.area(), scale);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the picture is too large for a PNG'));
      else resolve(blob);
    }, 'image/png');
  });
}
