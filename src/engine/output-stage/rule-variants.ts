import type { NmsRuleName, NmsRules, NmsRuleValue } from '../../shared/output-stage.ts';
import { BOX_FORMATS } from '../../shared/output-stage.ts';
import type { BoxMapping } from './raw-boxes.ts';

/** One rule with another value. */
export interface RuleChange {
  readonly rule: NmsRuleName;
  readonly value: NmsRuleValue;
  /** Values that give the same boxes; a missing bound is open. */
  readonly interval?: { readonly low?: number; readonly high?: number };
}

/** Values of rules that are no numbers, the likeliest first. Offsets: torchvision, YOLOv5 until 6.0, YOLOv5 and later. */
const VALUES = {
  semantics: ['per-class', 'class-offset', 'class-agnostic'],
  labelMode: ['multi-label', 'single-label'],
  sortsCorners: [false, true],
  iouStrict: [true, false],
  scoreStrict: [true, false],
  tieOrder: ['index', 'reverse-index'],
  halfPixel: [false, true],
  clipBefore: [false, true],
  unmapBefore: [false, true],
  iouThresholdDtype: ['float64', 'float32'],
  boxFormat: BOX_FORMATS,
  classOffset: ['largest-coordinate', 4096, 7680],
} as const satisfies { readonly [Rule in NmsRuleName]?: readonly NmsRules[Rule][] };

/** Every other value of every rule that may vary and can have an effect. */
export function variantsOf(
  base: NmsRules,
  free: ReadonlySet<NmsRuleName>,
  mapping: BoxMapping | undefined,
): RuleChange[] {
  const changes: RuleChange[] = [];
  for (const rule of Object.keys(VALUES) as (keyof typeof VALUES)[]) {
    if (!free.has(rule) || !hasEffect(rule, base, mapping)) continue;
    for (const value of VALUES[rule]) if (value !== base[rule]) changes.push({ rule, value });
  }
  return changes;
}

function hasEffect(rule: keyof typeof VALUES, base: NmsRules, mapping: BoxMapping | undefined): boolean {
  switch (rule) {
    case 'unmapBefore':
      return mapping !== undefined;
    case 'clipBefore':
      return mapping?.imageSize !== undefined || mapping?.inputSize !== undefined;
    case 'classOffset':
      return base.semantics === 'class-offset';
    default:
      return true;
  }
}

/** Two changes at once, of different rules. */
export function pairsOf(changes: readonly RuleChange[]): (readonly [RuleChange, RuleChange])[] {
  return changes.flatMap((first, index) =>
    changes
      .slice(index + 1)
      .filter((second) => second.rule !== first.rule)
      .map((second) => [first, second] as const),
  );
}

export function withChanges(base: NmsRules, changes: readonly RuleChange[]): NmsRules {
  return changes.reduce<NmsRules>((rules, { rule, value }) => ({ ...rules, [rule]: value }), base);
}
