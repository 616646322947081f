import type { Language } from '../shared/commands.ts';

export interface NativeTexts {
  readonly undo: string;
  readonly redo: string;
  readonly cut: string;
  readonly copy: string;
  readonly paste: string;
  readonly selectAll: string;
  readonly edit: string;
  readonly openRecent: string;
  readonly fullScreen: string;
  readonly developerTools: string;
  readonly window: string;
  readonly model: string;
  readonly reference: string;
  readonly report: string;
  readonly map: string;
  readonly input: string;
  readonly picture: string;
  readonly allFiles: string;
  readonly chooseEngine: string;
}

/** What the commands' table has no word for: roles of the native menu, titles and filters of dialogs. */
export const NATIVE_TEXTS: Readonly<Record<Language, NativeTexts>> = {
  en: {
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select All',
    edit: 'Edit',
    openRecent: 'Open Recent',
    fullScreen: 'Full Screen',
    developerTools: 'Developer Tools',
    window: 'Window',
    model: 'ONNX models',
    reference: 'Reference dumps',
    report: 'Reports',
    map: 'Map files',
    input: 'Inputs',
    picture: 'Pictures',
    allFiles: 'All files',
    chooseEngine: 'Node.js 20.19 or newer, for models above 512 MiB',
  },
  'zh-CN': {
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    edit: '编辑',
    openRecent: '打开最近的文件',
    fullScreen: '全屏',
    developerTools: '开发者工具',
    window: '窗口',
    model: 'ONNX 模型',
    reference: '参考数据',
    report: '报告',
    map: '映射文件',
    input: '输入',
    picture: '图片',
    allFiles: '所有文件',
    chooseEngine: 'Node.js 20.19 或更新版本，用于大于 512 MiB 的模型',
  },
};
