import type { SiteContribution } from '../../../shared/report.ts';

/** Outputs that have a bar; the others are counted. */
const MOST = 3;

/** Those with the largest shares, in the order of the graph's outputs. */
export function telling(contribution: readonly SiteContribution[]): {
  readonly shown: readonly SiteContribution[];
  readonly left: number;
} {
  const bySize = [...contribution].sort((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  const chosen = new Set(bySize.slice(0, MOST));
  return { shown: contribution.filter((one) => chosen.has(one)), left: contribution.length - chosen.size };
}

export interface ShareScale {
  readonly least: number;
  readonly most: number;
  /** Place of 0 from the start, CSS. */
  readonly zero: string;
}

/** What is beyond this is drawn as long as it: shares need not lie between 0 and 1. */
const FARTHEST = 2;

/** From 0, or from the least share where one is negative, to all of the error or more. */
export function shareScale(contribution: readonly SiteContribution[]): ShareScale {
  const shares = contribution.map(({ share }) => clamped(share ?? 0));
  const least = Math.min(0, ...shares);
  const most = Math.max(1, ...shares);
  return { least, most, zero: percent(-least / (most - least)) };
}

/** Start and length of a share's bar, CSS. */
export function barOf(
  { least, most }: ShareScale,
  share: number,
): { readonly insetInlineStart: string; readonly inlineSize: string } {
  const at = clamped(share);
  const span = most - least;
  return {
    insetInlineStart: percent((Math.min(0, at) - least) / span),
    inlineSize: percent(Math.abs(at) / span),
  };
}

function clamped(share: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, share));
}

function percent(part: number): string {
  return `${Math.round(part * 1e4) / 100}%`;
}
