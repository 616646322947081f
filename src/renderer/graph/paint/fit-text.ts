/** Cuts texts to a width, measured once each. */
export interface TextFitter {
  readonly fit: (text: string, font: string, width: number) => string;
  readonly width: (text: string, font: string) => number;
}

const MOST_REMEMBERED = 40_000;

export function textFitter(): TextFitter {
  const context = document.createElement('canvas').getContext('2d');
  const widths = new Map<string, number>();
  const width = (text: string, font: string): number => {
    const key = `${font}|${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    if (widths.size > MOST_REMEMBERED) widths.clear();
    if (context !== null) context.font = font;
    const measured = context?.measureText(text).width ?? text.length * 7;
    widths.set(key, measured);
    return measured;
  };
  const cut = new Map<string, string>();
  return {
    width,
    fit: (text, font, room) => {
      if (text === '' || width(text, font) <= room) return text;
      const key = `${font}|${Math.round(room)}|${text}`;
      const known = cut.get(key);
      if (known !== undefined) return known;
      if (cut.size > MOST_REMEMBERED) cut.clear();
      let short = 1;
      let long = text.length;
      while (long - short > 1) {
        const middle = (short + long) >> 1;
        if ((context?.measureText(ellipsis(text, middle)).width ?? 0) <= room) short = middle;
        else long = middle;
      }
      const result = ellipsis(text, short);
      cut.set(key, result);
      return result;
    },
  };
}

/** The end of a name tells more than its beginning: the middle is left out. */
function ellipsis(text: string, length: number): string {
  const end = Math.floor(length / 2);
  return `${text.slice(0, length - end)}…${end === 0 ? '' : text.slice(-end)}`;
}
