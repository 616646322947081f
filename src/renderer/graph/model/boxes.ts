import type { NodeView } from '../../../shared/model-view.ts';
import { HEADER } from '../layout/layout-model.ts';
import type { LayoutModel } from '../layout/layout-model.ts';
import { below } from './hierarchy.ts';
import type { Hierarchy } from './hierarchy.ts';
import { KIND } from './model-graph.ts';
import type { ModelGraph } from './model-graph.ts';

/** The two lines that a box shows: the bold one and the soft one. */
export interface BoxText {
  readonly bold: string;
  readonly soft: string;
}

const NARROWEST = 96;
const WIDEST = 208;
/** Widths come in steps, so that columns of boxes look even. */
const STEP = 16;
const INSET = 28;
/** Constants are many and say little: their name is in the tooltip. */
const DOT = 16;
const BOLD = 7.9;
const SOFT = 6.1;
const WIDE = 1.75;

export function boxText(node: NodeView, scope: string): BoxText {
  const relative = node.scope === scope ? '' : below(scope, node.scope);
  const last = node.name.slice(node.name.lastIndexOf('/') + 1);
  return { bold: node.opType, soft: relative !== '' ? relative : last === node.opType ? '' : last };
}

/** Room for the text without measuring it: a canvas is not at hand everywhere, and near enough is good enough. */
function textWidth(text: string, latin: number): number {
  let width = 0;
  for (const letter of text) width += letter > '⺀' ? latin * WIDE : latin;
  return width;
}

function boxWidth(text: BoxText, extra: number): number {
  const wanted = Math.max(textWidth(text.bold, BOLD), textWidth(text.soft, SOFT)) + INSET + extra;
  return Math.min(WIDEST, Math.max(NARROWEST, STEP * Math.ceil(wanted / STEP)));
}

/** What the layout needs; texts by vertex, then by group. */
export function layoutModel(graph: ModelGraph, groups: Hierarchy, texts: readonly BoxText[]): LayoutModel {
  const total = graph.count + groups.count;
  const width = new Float32Array(total);
  const height = new Float32Array(total);
  for (let item = 0; item < total; item++) {
    const text = texts[item] ?? { bold: '', soft: '' };
    const kind = graph.kinds[item];
    if (item >= graph.count) {
      width[item] = boxWidth(text, 48);
      height[item] = 52;
    } else if (kind === KIND.node) {
      width[item] = boxWidth(text, 0);
      height[item] = 42;
    } else {
      width[item] = kind === KIND.constant ? DOT : Math.max(72, boxWidth({ bold: '', soft: text.bold }, 0));
      height[item] = kind === KIND.constant ? DOT : HEADER;
    }
  }
  return {
    vertexCount: graph.count,
    kinds: graph.kinds,
    from: graph.from,
    to: graph.to,
    tensor: graph.tensor,
    groupCount: groups.count,
    groupParent: groups.parent,
    groupOf: groups.groupOf,
    width,
    height,
  };
}
