import type { Translated } from './language.ts';

interface GraphTexts {
  readonly describe: (nodes: number) => string;
  readonly keys: string;
  readonly list: string;
  readonly empty: string;
  readonly working: string;
  readonly tools: string;
  readonly fit: string;
  readonly actualSize: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly expand: string;
  readonly collapse: string;
  readonly flat: string;
  readonly grouped: string;
  readonly toSite: string;
  readonly minimap: string;
  readonly legend: string;
  readonly nodes: (count: number) => string;
  readonly sites: (count: number) => string;
  readonly open: string;
  readonly close: string;
  readonly state: string;
  readonly ownError: string;
  readonly tolerance: string;
  readonly excess: string;
  readonly errorSoFar: string;
  readonly gain: string;
  readonly reason: string;
  readonly notRun: string;
  readonly jump: string;
  readonly input: string;
  readonly output: string;
  readonly way: string;
  readonly more: (count: number) => string;
  readonly states: Readonly<
    Record<'missing' | 'not-compared' | 'introduced' | 'equal' | 'noise' | 'inherited', string>
  >;
  readonly marks: {
    readonly introduced: string;
    readonly over: string;
    readonly unmatched: string;
    readonly way: string;
    readonly gain: string;
  };
}

const en: GraphTexts = {
  describe: (nodes) => `Graph of the model, ${nodes} nodes`,
  keys: 'Arrow keys follow the edges, Enter opens, plus and minus zoom, 0 shows everything, Escape clears the selection.',
  list: 'Nodes near the one in focus',
  empty: 'Open a model to see its graph',
  working: 'Arranging the graph…',
  tools: 'View of the graph',
  fit: 'Show everything (0)',
  actualSize: 'Actual size (1)',
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (−)',
  expand: 'Open one more level',
  collapse: 'Close all groups',
  flat: 'Show all nodes without groups',
  grouped: 'Show groups',
  toSite: 'Go to the selected node or the first site',
  minimap: 'Overview: drag to move the view',
  legend: 'Legend',
  nodes: (count) => (count === 1 ? '1 node' : `${count} nodes`),
  sites: (count) => (count === 1 ? '1 site inside' : `${count} sites inside`),
  open: 'double-click opens',
  close: 'double-click closes',
  state: 'state',
  ownError: 'own error',
  tolerance: 'tolerance',
  excess: 'own error ÷ tolerance',
  errorSoFar: 'error so far',
  gain: 'gain',
  reason: 'reason',
  notRun: 'not run yet',
  jump: 'click goes to the other end',
  input: 'model input',
  output: 'model output',
  way: 'the error takes this way',
  more: (count) => `and ${count} more`,
  states: {
    missing: 'missing',
    'not-compared': 'not compared',
    introduced: 'introduced here',
    equal: 'equal',
    noise: 'noise',
    inherited: 'inherited',
  },
  marks: {
    introduced: 'introduces error (site)',
    over: 'over the threshold',
    unmatched: 'not compared',
    way: 'way of the error, wider where it grows',
    gain: 'the error grows by this much here',
  },
};

const chinese: GraphTexts = {
  describe: (nodes) => `模型计算图，${nodes} 个节点`,
  keys: '方向键沿边移动，回车展开，加减号缩放，0 显示全部，Esc 取消选择。',
  list: '焦点附近的节点',
  empty: '打开模型后在此显示计算图',
  working: '正在排布计算图…',
  tools: '计算图视图',
  fit: '显示全部 (0)',
  actualSize: '实际大小 (1)',
  zoomIn: '放大 (+)',
  zoomOut: '缩小 (−)',
  expand: '再展开一层',
  collapse: '收起所有分组',
  flat: '不分组，显示所有节点',
  grouped: '按分组显示',
  toSite: '转到所选节点或第一个误差源',
  minimap: '缩略图：拖动以移动视图',
  legend: '图例',
  nodes: (count) => `${count} 个节点`,
  sites: (count) => `内含 ${count} 个误差源`,
  open: '双击展开',
  close: '双击收起',
  state: '状态',
  ownError: '自身误差',
  tolerance: '容差',
  excess: '自身误差 ÷ 容差',
  errorSoFar: '累计误差',
  gain: '增益',
  reason: '原因',
  notRun: '尚未运行',
  jump: '单击跳到另一端',
  input: '模型输入',
  output: '模型输出',
  way: '误差沿此路径传播',
  more: (count) => `另有 ${count} 个`,
  states: {
    missing: '缺失',
    'not-compared': '未比较',
    introduced: '在此引入误差',
    equal: '相同',
    noise: '噪声',
    inherited: '继承误差',
  },
  marks: {
    introduced: '引入误差（误差源）',
    over: '超过阈值',
    unmatched: '未比较',
    way: '误差传播路径，越宽增长越大',
    gain: '误差在此放大的倍数',
  },
};

export const graphTexts: Translated<GraphTexts> = { en, 'zh-CN': chinese };
