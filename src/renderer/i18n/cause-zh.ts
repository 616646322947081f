import type { CauseKind } from '../../shared/cause.ts';

/** The engine's texts of causes in Chinese, kind by kind. */
export interface CauseTexts {
  readonly text: (where: string) => string;
  readonly fix: string;
  /** What can be done instead of setting an attribute. */
  readonly or?: string;
  readonly confirm: string;
}

export const CAUSES_ZH = {
  weights: {
    text: (where) => `${where} 的权重与录制时不同`,
    fix: '用录制时的检查点重新导出，或录制所导出的那个模型',
    confirm: '用 weights="full" 录制后再比较',
  },
  'training-mode': {
    text: (where) => `${where} 按训练模式工作`,
    fix: '导出前调用 model.eval()，并保持 training=TrainingMode.EVAL',
    confirm: '在 eval 模式下导出后再比较',
  },
  'resize-mode': {
    text: (where) => `${where} 的采样坐标与 PyTorch 不同`,
    fix: '把属性设为 interpolate() 所用的取值',
    or: '给 interpolate() 传入与之对应的参数',
    confirm: '与 interpolate() 的各种 align_corners 和 mode 逐一比较',
  },
  'pool-divisor': {
    text: (where) => `${where} 在边缘除以不同的元素个数`,
    fix: '按模块设置 count_include_pad 和 ceil_mode',
    or: '在池化之前显式填充',
    confirm: '看远离边缘处误差是否消失',
  },
  sampling: {
    text: (where) => `${where} 采用另一种采样约定`,
    fix: '把属性设为模块的取值',
    or: '用其默认值正好相符的 opset 导出',
    confirm: '与 PyTorch 函数的各种对齐方式逐一比较',
  },
  'softmax-axis': {
    text: (where) => `${where} 沿另一个轴归一化`,
    fix: '把 axis 设为模块的 dim',
    confirm: '沿每个轴对两侧求和：哪个轴上的和为 1？',
  },
  'softmax-opset': {
    text: (where) => `${where} 按 opset 13 之前的规则解释：从 axis 起的所有维度一起归一化`,
    fix: '用 opset 13 或更高版本导出，或先转置使该轴成为最后一维',
    confirm: '沿每个轴对两侧求和：哪个轴上的和为 1？',
  },
  'activation-flavour': {
    text: (where) => `${where} 计算的是该激活函数的另一种形式`,
    fix: "两侧使用同一形式（GELU：approximate='tanh' 或 'none'，后者用 erf）",
    or: '按模型实际使用的形式导出（GELU 用 erf 或 tanh）',
    confirm: '与 PyTorch 模块的另一种形式比较',
  },
  epsilon: {
    text: (where) => `${where} 的 epsilon 不同；方差小的地方才显现`,
    fix: '把 epsilon 设为模块的 eps',
    confirm: '对照 epsilon 与模块的 eps',
  },
  slope: {
    text: (where) => `${where} 的斜率或缩放系数不同`,
    fix: '把属性设为模块的参数',
    confirm: '对照属性与模块的参数',
  },
  bounds: {
    text: (where) => `${where} 的截断上下限不同`,
    fix: '把上下限设为模块的取值',
    confirm: '对照两侧的最大值和最小值',
  },
  transposed: {
    text: (where) => `${where} 的一个操作数被转置`,
    fix: '转置回来，或翻转 transA、transB',
    confirm: '把权重原样及转置后分别与模块的权重比较',
  },
  padding: {
    text: (where) => `${where} 的填充方式不同`,
    fix: '按模块填充：哪一侧、多少、何种模式、填什么值',
    confirm: '看远离边缘处误差是否消失',
  },
  'swapped-operands': {
    text: (where) => `${where} 的操作数次序颠倒`,
    fix: '换回来',
    confirm: '按两种次序手工计算',
  },
  order: {
    text: (where) => `${where} 输出的数值排列次序不同`,
    fix: '按 PyTorch 代码的次序给出轴和输入',
    confirm: '换一种轴或输入的次序比较',
  },
  reduction: {
    text: (where) => `${where} 的归约方式不同`,
    fix: '按 PyTorch 代码归约',
    confirm: '沿每个轴手工计算',
  },
  rounding: {
    text: (where) => `${where} 的取整方式不同`,
    fix: '两侧采用同一取整方式；最近邻缩放时，让两个尺寸成整数倍',
    confirm: '看出错的元素：它们都处在两个整数的交界上',
  },
  'tie-order': {
    text: (where) => `${where} 对相等的值给出不同的次序`,
    fix: '若相等值的次序无关紧要则无需修改；否则显式规定次序',
    confirm: '沿该轴对两侧排序：数值相同',
  },
  constant: {
    text: (where) => `${where} 使用了另一个常数`,
    fix: '设为 PyTorch 代码中的常数',
    confirm: '在 Python 代码中查找该常数',
  },
  'baked-constant': {
    text: (where) => `${where} 使用了导出时被固化的数`,
    fix: '用张量运算计算该数，让导出器看到它，不要用 float()、int() 或 .item()',
    confirm: '换一个样例导出，比较两个计算图',
  },
  'operation-missing': {
    text: (where) => `PyTorch 在 ${where} 多做了一步，或做了别的运算`,
    fix: '改写成导出器能看到的形式（用 torch.where、index_put、torch.cat 代替对视图的写入），或用 dynamo=True 导出',
    confirm: '看该模块的 forward 在其后做了什么',
  },
  'operation-added': {
    text: (where) => `${where} 做了参考中没有的运算`,
    fix: '去掉该节点，或按模型实际运行的样子重新导出',
    confirm: '在该模块的 forward 中查找这一运算',
  },
  overflow: {
    text: (where) => `${where} 超出其数据类型的范围`,
    fix: '让这一部分保持 float32，或在其前缩放',
    confirm: '用 float32 运行这一部分',
  },
  structure: {
    text: (where) => `${where} 的误差呈现规律，但不对应任何已知原因`,
    fix: '在窗口中查看该规律',
    confirm: '',
  },
} satisfies Readonly<Record<CauseKind, CauseTexts>>;

/** Where the reference was recorded in training mode; the kind's own text is of the export. */
export const RECORDED_IN_TRAINING_ZH = {
  text: (module: string) => `录制参考时 ${module} 处于训练模式`,
  fix: '录制前调用 model.eval()',
  confirm: '在 eval 模式下重新录制',
};
