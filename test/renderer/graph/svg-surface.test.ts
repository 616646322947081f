import { expect, test } from 'vitest';
import { SvgSurface } from '../../../src/renderer/graph/paint/svg-surface.ts';

test('what is drawn comes out as SVG, names from a file as text only', () => {
  const svg = new SvgSurface();
  svg.fillStyle = '#123456';
  svg.fillRect(1, 2, 30, 40);
  svg.setLineDash([4, 3]);
  svg.beginPath();
  svg.moveTo(0, 0);
  svg.bezierCurveTo(0, 5, 10, 5, 10, 10);
  svg.stroke();
  svg.fillText('<script>"&', 5, 6);
  const text = svg.finish([0, 0, 100, 50], 2, '#fff');
  expect(text).toContain('viewBox="0 0 100 50" width="200" height="100"');
  expect(text).toContain('<path d="M1 2h30v40h-30z" fill="#123456"/>');
  expect(text).toContain(
    'd="M0 0C0 5 10 5 10 10" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="4 3"',
  );
  expect(text).toContain('&lt;script&gt;&quot;&amp;');
  expect(text).not.toContain('<script');
});
