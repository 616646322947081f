/** The colours of theme.css that canvases need, as the browser resolves them at the moment. */
const NAMES = {
  ground: '--ground',
  surface: '--surface',
  raised: '--raised',
  line: '--line',
  text: '--text',
  textSoft: '--text-soft',
  accent: '--accent',
  accentSoft: '--accent-soft',
  fault: '--fault',
  faultSoft: '--fault-soft',
  warn: '--warn',
  focus: '--focus',
  nodePlain: '--node-plain',
  nodeUnmatched: '--node-unmatched',
  edge: '--edge',
  grid: '--grid',
} as const;

export type ThemeColors = Readonly<Record<keyof typeof NAMES, string>> & {
  readonly isDark: boolean;
  readonly font: string;
  readonly mono: string;
};

/** `light-dark()` in a custom property is only resolved where it is used as a colour: so one is, on a probe. */
export function themeColors(host: HTMLElement): ThemeColors {
  const probe = document.createElement('span');
  probe.hidden = true;
  host.append(probe);
  const style = getComputedStyle(probe);
  const colors = Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => {
      probe.style.color = `var(${name})`;
      return [key, style.color];
    }),
  ) as Record<keyof typeof NAMES, string>;
  const result = {
    ...colors,
    isDark: luminance(colors.ground) < 0.5,
    font: style.getPropertyValue('--font').trim() || 'sans-serif',
    mono: style.getPropertyValue('--mono').trim() || 'monospace',
  };
  probe.remove();
  return result;
}

/** Calls when the system's or the page's choice of theme changes. @returns the way to stop. */
export function watchTheme(onChange: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', onChange);
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
  return () => {
    for (const query of queries) query.removeEventListener('change', onChange);
    observer.disconnect();
  };
}

/** Relative luminance of a colour in sRGB as CSS prints it: `rgb(1, 2, 3)`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
