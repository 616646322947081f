import type { Finding, TensorRow } from '../../../shared/report.ts';
import type { ListedNode } from '../nodes.ts';

export type Severity = Finding['severity'];

/** The gravest first. */
export const SEVERITIES = ['fault', 'warning', 'info'] as const satisfies readonly Severity[];

/** Those of the report, and of the model's own those of kinds that the report, which knows more, does not have. */
export function gathered(
  reported: readonly Finding[] | undefined,
  ofModel: readonly Finding[] | undefined,
): readonly Finding[] {
  const told = new Set(reported?.map((finding) => finding.kind));
  const all = [...(reported ?? []), ...(ofModel ?? []).filter((finding) => !told.has(finding.kind))];
  return SEVERITIES.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}

export function counted(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { fault: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

export interface FindingFilter {
  readonly text: string;
  /** Severities that are left out. */
  readonly hidden: ReadonlySet<Severity>;
}

/** @param titleOf what the kind is called on the screen: it is searched as well */
export function filtered(
  findings: readonly Finding[],
  { text, hidden }: FindingFilter,
  titleOf: (kind: string) => string,
): readonly Finding[] {
  const wanted = text.trim().toLowerCase();
  return findings.filter(
    (finding) =>
      !hidden.has(finding.severity) &&
      [titleOf(finding.kind), finding.kind, finding.subject, finding.text].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  );
}

/** Where a finding is to be looked at. */
export interface Place {
  readonly node: string;
  readonly tensor: string | undefined;
}

/** A subject is a node, a tensor, an entry of the recording, a module, or nothing at all. */
export function placeOf(
  subject: string,
  nodes: readonly ListedNode[],
  rows: ReadonlyMap<string, TensorRow>,
): Place | undefined {
  if (subject === '') return undefined;
  const named = nodes.find((node) => node.name === subject);
  if (named !== undefined) return { node: named.name, tensor: undefined };
  const maker = nodes.find((node) => node.outputs.includes(subject));
  if (maker !== undefined) return { node: maker.name, tensor: subject };
  for (const row of rows.values())
    if (row.pairs.some((pair) => pair.entry === subject)) return { node: row.node, tensor: row.name };
  // What a module gives out is made by its last node.
  const last = nodes.findLast((node) => node.scope === subject);
  return last === undefined ? undefined : { node: last.name, tensor: undefined };
}

/** Findings of a node: those that name it or one of its outputs. */
export function ofNode(findings: readonly Finding[], node: ListedNode): readonly Finding[] {
  return findings.filter(
    ({ subject }) => subject !== '' && (subject === node.name || node.outputs.includes(subject)),
  );
}
