import { LayerdiffError } from '../../shared/errors.ts';
import { formatList, plural } from '../../shared/format.ts';
import type {
  NmsAudit,
  NmsExplanation,
  NmsRuleName,
  NmsRules,
  RawCandidate,
} from '../../shared/output-stage.ts';
import { TooManyBoxes } from './budget.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { Solution } from './infer-rules.ts';
import { inferRules } from './infer-rules.ts';
import { MOST_CANDIDATES } from './order.ts';
import type { RawBoxes } from './raw-boxes.ts';
import { labelAt, rawShape } from './raw-boxes.ts';
import { differingRules, keptPlaces, RuleEffects } from './rule-differences.ts';
import { RULE_NAMES } from './rule-text.ts';
import { ArenaMaker } from './suppress.ts';
import { walkThrough } from './walk-through.ts';

export interface NmsSide {
  /** As far as they are declared; what is not declared is inferred from what was kept, or assumed. */
  readonly rules?: Partial<NmsRules>;
  /** Row and label of every raw candidate that was kept, in any order. Without it, what the rules keep. */
  readonly kept?: readonly RawCandidate[];
}

export interface NmsAuditInput {
  readonly raw: RawBoxes;
  readonly reference: NmsSide;
  readonly candidate: NmsSide;
}

type SideName = 'reference' | 'candidate';

/** A side with all its rules; `solutions`: every simplest way to explain what it kept. */
interface Resolved {
  readonly kept: ReadonlySet<number>;
  readonly solutions: readonly Solution[];
  readonly notes: readonly string[];
}

/**
 * The same raw boxes through the rules of both sides: which rule makes which box differ.
 * @throws LayerdiffError not-comparable where boxes, scores, labels and kept lists do not belong together.
 */
export function auditNms(input: NmsAuditInput): NmsAudit {
  try {
    return audit(input);
  } catch (error) {
    if (error instanceof TooManyBoxes) return notJudged(`${error.message}: ${error.wayOut ?? ''}`);
    throw error;
  }
}

function audit(input: NmsAuditInput): NmsAudit {
  const { raw } = input;
  const { rows, columns } = rawShape(raw);
  for (const side of ['reference', 'candidate'] as const) {
    if (input[side].rules === undefined && input[side].kept === undefined) {
      return notJudged(`of the ${side} neither the rules of its suppression nor what it kept is known`);
    }
  }
  const maker = new ArenaMaker(raw, -Infinity);
  // What is declared more fully stands; the other side is explained from there.
  const declared = (side: SideName): number => Object.keys(input[side].rules ?? {}).length;
  const anchor: SideName = declared('candidate') > declared('reference') ? 'candidate' : 'reference';
  const other: SideName = anchor === 'reference' ? 'candidate' : 'reference';
  const context = { raw, rows, columns, maker };
  const first = resolve(context, anchor, input[anchor], DEFAULT_RULES);
  const start = first.solutions[0]?.rules ?? { ...DEFAULT_RULES, ...input[anchor].rules };
  const second = resolve(context, other, input[other], start);
  const sides = { [anchor]: first, [other]: second } as Record<SideName, Resolved>;
  const kept = {
    reference: sides.reference.kept.size,
    candidate: sides.candidate.kept.size,
    both: [...sides.reference.kept].filter((place) => sides.candidate.kept.has(place)).length,
  };
  const isEqual = kept.both === kept.reference && kept.both === kept.candidate;
  const isSolved = first.solutions.length > 0 && second.solutions.length > 0;
  const best = second.solutions[0]?.rules ?? { ...start, ...input[other].rules };
  const rules = { [anchor]: start, [other]: best } as Record<SideName, NmsRules>;
  const effects = new RuleEffects(raw, maker, columns);
  const explanations =
    isEqual || !isSolved
      ? []
      : second.solutions.map((one) => explanation(effects, anchor, other, start, one));
  const walked = walkThrough(
    raw,
    maker,
    { rules: rules.reference, kept: sides.reference.kept },
    { rules: rules.candidate, kept: sides.candidate.kept },
  );
  const left = maker.order({ ...start, labelMode: 'multi-label' }).left;
  return {
    state: isEqual ? 'equal' : isSolved ? 'explained' : 'unexplained',
    rules,
    explanations,
    kept,
    steps: walked.steps,
    stepsOf: walked.of,
    text: textOf(isEqual, isSolved, kept, explanations),
    notes: [
      ...first.notes,
      ...second.notes,
      ...withoutEffect(isEqual, rules),
      ...(left === 0
        ? []
        : [`only the ${MOST_CANDIDATES} candidates of highest score were examined; ${left} were left out`]),
    ],
  };
}

function notJudged(text: string): NmsAudit {
  return {
    state: 'not-judged',
    explanations: [],
    kept: { reference: 0, candidate: 0, both: 0 },
    steps: [],
    stepsOf: 0,
    text,
    notes: [],
  };
}

interface AuditContext {
  readonly raw: RawBoxes;
  readonly rows: number;
  readonly columns: number;
  readonly maker: ArenaMaker;
}

/** Declared rules stand as long as they can; rules that were not declared start from `start`. */
function resolve(context: AuditContext, name: SideName, side: NmsSide, start: NmsRules): Resolved {
  const { raw, columns, maker } = context;
  const base: NmsRules = { ...start, ...side.rules };
  if (side.kept === undefined) {
    return { kept: keptPlaces(maker, base), solutions: [{ rules: base, changes: [] }], notes: [] };
  }
  const kept = placesOf(context, name, side.kept);
  const declared = new Set(Object.keys(side.rules ?? {}) as NmsRuleName[]);
  const all = Object.keys(base) as NmsRuleName[];
  const infer = (free: readonly NmsRuleName[]): ReturnType<typeof inferRules> =>
    inferRules(maker, kept, base, new Set(free), {
      mapping: raw.mapping,
      labelOf: (place) => labelAt(raw, columns, place),
    });
  const open = infer(all.filter((rule) => !declared.has(rule)));
  if (open.solutions.length > 0 || declared.size === 0) {
    return { kept, solutions: open.solutions, notes: open.isComplete ? [] : [UNFINISHED] };
  }
  const any = infer(all);
  return {
    kept,
    solutions: any.solutions,
    notes: [
      `the rules declared for the ${name} do not give what it kept`,
      ...(any.isComplete ? [] : [UNFINISHED]),
    ],
  };
}

const UNFINISHED = 'not every pair of rules was tried: there are too many boxes';

function placesOf(context: AuditContext, name: SideName, kept: readonly RawCandidate[]): Set<number> {
  const { raw, rows, columns } = context;
  const places = new Set<number>();
  for (const { row, label } of kept) {
    const place = raw.labels === undefined ? row * columns + label : row;
    const isInside = Number.isInteger(row) && row >= 0 && row < rows;
    const isClass = raw.labels !== undefined || (Number.isInteger(label) && label >= 0 && label < columns);
    if (!isInside || !isClass) {
      throw new LayerdiffError(
        'not-comparable',
        `the ${name} kept class ${label} of box ${row}, which is not among the raw boxes (${rows} with ${columns} scores each)`,
      );
    }
    places.add(place);
  }
  return places;
}

function explanation(
  effects: RuleEffects,
  anchor: SideName,
  other: SideName,
  start: NmsRules,
  { rules, changes }: Solution,
): NmsExplanation {
  const sides = { [anchor]: start, [other]: rules } as Record<SideName, NmsRules>;
  const all = differingRules(sides.reference, sides.candidate).map((rule) =>
    effects.of(rule, sides.reference, sides.candidate, { side: other, changes }),
  );
  const effective = all.filter(({ affectedCount }) => affectedCount > 0);
  const differences = effective.length > 0 ? effective : all;
  return { differences, text: differences.map(({ text }) => text).join('; ') };
}

function withoutEffect(isEqual: boolean, { reference, candidate }: Record<SideName, NmsRules>): string[] {
  const rules = differingRules(reference, candidate);
  if (!isEqual || rules.length === 0) return [];
  const names = formatList(
    rules.map((rule) => RULE_NAMES[rule]),
    5,
  );
  return [`the rules differ (${names}), which changes nothing for these boxes`];
}

function textOf(
  isEqual: boolean,
  isSolved: boolean,
  kept: NmsAudit['kept'],
  explanations: readonly NmsExplanation[],
): string {
  if (isEqual) return `both sides keep the same ${plural(kept.both, 'box', 'boxes')}`;
  const counts = `the reference keeps ${plural(kept.reference, 'box', 'boxes')}, the candidate ${kept.candidate}, ${kept.both} of them the same`;
  const [first, ...more] = explanations;
  if (!isSolved || first === undefined) return `${counts}; no rules that were tried give both`;
  const others = more.length === 0 ? '' : `; these boxes cannot tell that from: ${listOf(more)}`;
  return `${counts}; ${first.text}${others}`;
}

function listOf(explanations: readonly NmsExplanation[]): string {
  const names = explanations.map(({ differences }) =>
    differences.map(({ rule }) => RULE_NAMES[rule]).join(' with '),
  );
  return formatList([...new Set(names)], 6);
}
