/**
 * Every command of the window, once: the native menu, the palette, the keyboard and the help page read this table.
 * Accelerators are in Electron's notation; `CmdOrCtrl` is ⌘ on macOS and Ctrl elsewhere. None is a key that a text
 * field needs, and none of the window's own is one that a browser keeps for itself, so that `serve` has the same ones.
 */
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

export type CommandTexts = Readonly<Record<Language, string>>;

export const COMMAND_GROUPS = ['file', 'export', 'run', 'go', 'view', 'theme', 'language', 'help'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** In the order of the menu. */
export const GROUP_TEXTS: Readonly<Record<CommandGroup, CommandTexts>> = {
  file: { en: 'File', 'zh-CN': '文件' },
  export: { en: 'Export', 'zh-CN': '导出' },
  run: { en: 'Run', 'zh-CN': '运行' },
  go: { en: 'Go', 'zh-CN': '转到' },
  view: { en: 'View', 'zh-CN': '视图' },
  theme: { en: 'Theme', 'zh-CN': '主题' },
  language: { en: 'Language', 'zh-CN': '语言' },
  help: { en: 'Help', 'zh-CN': '帮助' },
};

interface CommandRow {
  readonly id: string;
  readonly group: CommandGroup;
  readonly accelerator?: string;
  /**
   * Who carries it out: the page, or the desktop around it (`HostApi.perform`). A carrier without a desktop offers
   * of the latter only what it can do itself.
   */
  readonly by: 'window' | 'host';
  readonly texts: CommandTexts;
}

const ROWS = [
  {
    id: 'new-window',
    group: 'file',
    accelerator: 'CmdOrCtrl+N',
    by: 'host',
    texts: { en: 'New Window', 'zh-CN': '新建窗口' },
  },
  {
    id: 'open-model',
    group: 'file',
    accelerator: 'CmdOrCtrl+O',
    by: 'window',
    texts: { en: 'Open Model…', 'zh-CN': '打开模型…' },
  },
  {
    id: 'open-reference',
    group: 'file',
    accelerator: 'CmdOrCtrl+Shift+O',
    by: 'window',
    texts: { en: 'Open Reference File…', 'zh-CN': '打开参考文件…' },
  },
  {
    id: 'open-reference-folder',
    group: 'file',
    by: 'window',
    texts: { en: 'Open Reference Folder…', 'zh-CN': '打开参考文件夹…' },
  },
  {
    id: 'open-report',
    group: 'file',
    by: 'window',
    texts: { en: 'Open Report…', 'zh-CN': '打开报告…' },
  },
  { id: 'open-demo', group: 'file', by: 'window', texts: { en: 'Open Demo', 'zh-CN': '打开演示' } },
  {
    id: 'clear-recent',
    group: 'file',
    by: 'host',
    texts: { en: 'Clear Recent Files', 'zh-CN': '清除最近文件' },
  },
  {
    id: 'close-window',
    group: 'file',
    accelerator: 'CmdOrCtrl+W',
    by: 'host',
    texts: { en: 'Close Window', 'zh-CN': '关闭窗口' },
  },
  {
    id: 'quit',
    group: 'file',
    accelerator: 'CmdOrCtrl+Q',
    by: 'host',
    texts: { en: 'Quit', 'zh-CN': '退出' },
  },
  {
    id: 'export-json',
    group: 'export',
    accelerator: 'CmdOrCtrl+S',
    by: 'window',
    texts: { en: 'Report as JSON…', 'zh-CN': '报告（JSON）…' },
  },
  {
    id: 'export-csv',
    group: 'export',
    by: 'window',
    texts: { en: 'Tensor Table as CSV…', 'zh-CN': '张量表（CSV）…' },
  },
  {
    id: 'export-markdown',
    group: 'export',
    by: 'window',
    texts: { en: 'Summary as Markdown…', 'zh-CN': '摘要（Markdown）…' },
  },
  {
    id: 'export-map',
    group: 'export',
    by: 'window',
    texts: { en: 'Pairs as Map File…', 'zh-CN': '配对（映射文件）…' },
  },
  {
    id: 'export-graph-png',
    group: 'export',
    by: 'window',
    texts: { en: 'Graph as PNG…', 'zh-CN': '计算图（PNG）…' },
  },
  {
    id: 'export-graph-svg',
    group: 'export',
    by: 'window',
    texts: { en: 'Graph as SVG…', 'zh-CN': '计算图（SVG）…' },
  },
  {
    id: 'run',
    group: 'run',
    accelerator: 'CmdOrCtrl+Enter',
    by: 'window',
    texts: { en: 'Run Comparison', 'zh-CN': '运行比较' },
  },
  {
    id: 'cancel',
    group: 'run',
    accelerator: 'CmdOrCtrl+.',
    by: 'window',
    texts: { en: 'Cancel Run', 'zh-CN': '取消运行' },
  },
  {
    id: 'choose-engine',
    group: 'run',
    by: 'host',
    texts: { en: 'Choose Node.js for Large Models…', 'zh-CN': '为大模型选择 Node.js…' },
  },
  {
    id: 'restart-service',
    group: 'run',
    by: 'window',
    texts: { en: 'Restart Engine', 'zh-CN': '重新启动引擎' },
  },
  {
    id: 'find',
    group: 'go',
    accelerator: 'CmdOrCtrl+F',
    by: 'window',
    texts: { en: 'Find…', 'zh-CN': '查找…' },
  },
  {
    id: 'command-palette',
    group: 'go',
    accelerator: 'CmdOrCtrl+K',
    by: 'window',
    texts: { en: 'Command Palette…', 'zh-CN': '命令面板…' },
  },
  {
    id: 'next-finding',
    group: 'go',
    accelerator: 'F8',
    by: 'window',
    texts: { en: 'Next Finding', 'zh-CN': '下一个发现' },
  },
  {
    id: 'previous-finding',
    group: 'go',
    accelerator: 'Shift+F8',
    by: 'window',
    texts: { en: 'Previous Finding', 'zh-CN': '上一个发现' },
  },
  {
    id: 'flat-graph',
    group: 'view',
    accelerator: 'CmdOrCtrl+Shift+G',
    by: 'window',
    texts: { en: 'Flat Graph', 'zh-CN': '平铺计算图' },
  },
  {
    id: 'next-metric',
    group: 'view',
    accelerator: 'CmdOrCtrl+Shift+M',
    by: 'window',
    texts: { en: 'Colour by Next Metric', 'zh-CN': '按下一个指标着色' },
  },
  {
    id: 'zoom-in',
    group: 'view',
    accelerator: 'CmdOrCtrl+=',
    by: 'window',
    texts: { en: 'Zoom In', 'zh-CN': '放大' },
  },
  {
    id: 'zoom-out',
    group: 'view',
    accelerator: 'CmdOrCtrl+-',
    by: 'window',
    texts: { en: 'Zoom Out', 'zh-CN': '缩小' },
  },
  {
    id: 'zoom-fit',
    group: 'view',
    accelerator: 'CmdOrCtrl+0',
    by: 'window',
    texts: { en: 'Zoom to Fit', 'zh-CN': '适应窗口' },
  },
  {
    id: 'reload',
    group: 'view',
    accelerator: 'CmdOrCtrl+R',
    by: 'host',
    texts: { en: 'Reload', 'zh-CN': '重新载入' },
  },
  { id: 'theme-light', group: 'theme', by: 'window', texts: { en: 'Light', 'zh-CN': '浅色' } },
  { id: 'theme-dark', group: 'theme', by: 'window', texts: { en: 'Dark', 'zh-CN': '深色' } },
  { id: 'theme-system', group: 'theme', by: 'window', texts: { en: 'Follow System', 'zh-CN': '跟随系统' } },
  // In its own language, whatever the window's is: whoever cannot read the window must find it.
  { id: 'language-en', group: 'language', by: 'window', texts: { en: 'English', 'zh-CN': 'English' } },
  { id: 'language-zh-CN', group: 'language', by: 'window', texts: { en: '简体中文', 'zh-CN': '简体中文' } },
  {
    id: 'keyboard-help',
    group: 'help',
    accelerator: 'F1',
    by: 'window',
    texts: { en: 'Keyboard Shortcuts', 'zh-CN': '键盘快捷键' },
  },
  {
    id: 'report-issue',
    group: 'help',
    by: 'window',
    texts: { en: 'Report Issue…', 'zh-CN': '报告问题…' },
  },
  { id: 'about', group: 'help', by: 'window', texts: { en: 'About Layerdiff', 'zh-CN': '关于 Layerdiff' } },
] as const satisfies readonly CommandRow[];

export type CommandId = (typeof ROWS)[number]['id'];
/** What the desktop carries out. */
export type HostCommand = Extract<(typeof ROWS)[number], { readonly by: 'host' }>['id'];

export interface Command extends CommandRow {
  readonly id: CommandId;
}

export const COMMANDS: readonly Command[] = ROWS;

export const HOST_COMMANDS: readonly HostCommand[] = ROWS.filter((row) => row.by === 'host').map(
  (row) => row.id,
);
