import { printable } from '../../shared/errors.ts';
import { formatList, formatNumber, plural } from '../../shared/format.ts';
import type { Report, Site, TensorRow } from '../../shared/report.ts';
import { stageTexts } from './stage-text.ts';
import { shortOps, siteStatements } from './site-text.ts';

/** Marks up a piece of the summary; the identity where colour is off. */
export interface Paint {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

export const PLAIN: Paint = {
  bold: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  dim: (text) => text,
};

/**
 * What a person pastes into an issue, in this order: the sentence; weights, inputs, deployed outputs; coverage; sites;
 * the next command; the ten worst tensors. Names come from files and are made printable.
 */
export function summaryLines(report: Report, paint: Paint): string[] {
  const { verdict } = report;
  const sentence = printable(verdict.sentence);
  return [
    paint.bold(verdict.kind === 'no-fault' ? paint.good(sentence) : paint.bad(sentence)),
    '',
    stateLine(report),
    ...coverageLines(report),
    ...outsideLines(report),
    ...report.samples.filter(() => report.samples.length > 1).map(sampleLine),
    ...stageTexts(report).flatMap(({ title, lines }) => [
      '',
      paint.bold(title),
      ...lines.map((line) => printable(`  ${line}`)),
    ]),
    ...siteLines(verdict.sites, paint),
    ...report.findings
      .filter(
        (finding) =>
          (finding.severity !== 'info' && !TOLD.has(finding.kind)) || isCaveat(report, finding.kind),
      )
      .map((finding) => `note: ${printable(finding.text)}`),
    ...verdict.next.map((command) => `next: ${printable(command)}`),
    ...worstLines(report.tensors, paint),
    paint.dim(observerLine(report)),
  ];
}

function stateLine(report: Report): string {
  const { weights, inputs, inputStage, observer } = report;
  const checked =
    weights.of === 0
      ? `weights not checked (${weights.note ?? 'the dump holds none'})`
      : `weights ${weights.matched}/${weights.of} match${weights.note === undefined ? '' : ` (${weights.note})`}`;
  const different = inputs.filter(({ differs }) => differs);
  const fed =
    different.length === 0
      ? `inputs equal${(inputStage.ignored?.inputs ?? []).length === 0 ? '' : ' but for positions that are left out'}`
      : `inputs differ: ${different.map((input) => input.name).join(', ')}`;
  const answer =
    observer.deployed === undefined || Number.isNaN(observer.deployed.relativeL2)
      ? 'unknown'
      : observer.deployed.reproduced
        ? 'yes'
        : 'no';
  const deployed = observer.deployed === undefined ? answer : `${answer} (${observer.deployed.text})`;
  return printable(`${checked}, ${fed}, reproduces deployed outputs: ${deployed}`);
}

function coverageLines({ coverage }: Report): string[] {
  const { unmatched, graphOutputs } = coverage;
  const right = unmatched.reference.filter((entry) => entry.expected);
  const folded = right.filter((entry) => entry.reason.startsWith('folded ')).length;
  const besides = [
    ...(folded > 0 ? [`${folded} folded`] : []),
    ...(right.length > folded ? [`${right.length - folded} ignored`] : []),
  ];
  const lost = unmatched.reference.length - right.length;
  const lines = [
    `coverage: ${coverage.compared} of ${plural(coverage.tensors, 'tensor')} compared, ` +
      `${coverage.pairedEntries} of ${coverage.entries} recorded outputs paired` +
      `${besides.length > 0 ? ` (${besides.join(', ')})` : ''}, ${graphOutputs.compared}/${plural(graphOutputs.total, 'graph output')}`,
  ];
  if (lost > 0) {
    const names = unmatched.reference.filter((entry) => !entry.expected).map((entry) => entry.entry);
    lines.push(
      printable(
        `  without counterpart: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
      ),
    );
  }
  return lines;
}

/** Findings that stand under their stage already. */
const TOLD: ReadonlySet<string> = new Set(['prompt', 'output-stage']);

/** What a person should know who is told that all is well. */
function isCaveat({ verdict }: Report, kind: string): boolean {
  return verdict.kind === 'no-fault' && kind === 'dump:one-sample';
}

function outsideLines({ outputs }: Report): string[] {
  const outside = outputs.filter((output) => output.withinTolerance === false);
  return outside.length === 0
    ? []
    : [
        printable(
          `outside atol and rtol: ${outside
            .map(
              ({ name, outside: share, atol, rtol }) =>
                `${name} (${formatNumber((share ?? 0) * 100)} % of it; ${formatNumber(atol)}, ${formatNumber(rtol)})`,
            )
            .join(', ')}`,
        ),
      ];
}

function sampleLine(sample: Report['samples'][number]): string {
  const worst =
    sample.worstOutput === undefined
      ? ''
      : `, worst output ${sample.worstOutput.name} ${formatNumber(sample.worstOutput.relativeL2)}`;
  return printable(
    `sample ${sample.index}: ${sample.kind}${sample.sites.length > 0 ? ` at ${sample.sites.join(', ')}` : ''}${worst}`,
  );
}

function siteLines(sites: readonly Site[], paint: Paint): string[] {
  return sites.flatMap((site, index) => {
    const where =
      site.node ??
      (site.nodes.length === 1
        ? site.nodes[0]
        : `${plural(site.nodes.length, 'node')}: ${formatList(site.nodes, 6)}`);
    const scope =
      site.scope === '' ? '' : site.kind === 'missing-operation' ? `, ${site.scope}` : ` in ${site.scope}`;
    const error =
      site.kind === 'missing-operation'
        ? ''
        : ` own error ${formatNumber(site.local)} = ${formatNumber(site.excess)} × tolerance`;
    return [
      '',
      paint.bad(printable(`site ${index + 1}: ${shortOps(site.opType)} ${where ?? ''}${scope}`)),
      printable(`  tensor ${site.tensor}:${error}`),
      ...siteStatements(site).map((line) => printable(`  ${line}`)),
    ];
  });
}

function worstLines(tensors: readonly TensorRow[], paint: Paint): string[] {
  const worst = tensors
    .filter((row) => row.total !== undefined && row.total.relativeL2 > 0)
    .sort((a, b) => (b.total?.relativeL2 ?? 0) - (a.total?.relativeL2 ?? 0))
    .slice(0, 10);
  if (worst.length === 0) return [];
  const cells = worst.map((row) => [
    formatNumber(row.total?.relativeL2 ?? 0),
    formatNumber(row.total?.maxAbs ?? 0),
    row.local === undefined ? '-' : formatNumber(row.local.relative),
    row.excess === undefined ? '-' : formatNumber(row.excess),
    row.state,
    row.opType,
    printable(row.name),
  ]);
  const head = ['rel L2', 'max abs', 'own', 'own÷tol', 'state', 'op', 'tensor'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const pad = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    '',
    paint.dim(`${plural(worst.length, 'worst tensor')}, by error so far`),
    paint.dim(pad(head)),
    ...cells.map(pad),
  ];
}

function observerLine({ observer, environment }: Report): string {
  const { runtime } = environment;
  const untouched =
    observer.equal === undefined
      ? `the untouched model was not run${observer.reason === undefined ? '' : ` (${observer.reason})`}`
      : observer.equal
        ? `the untouched model at level ${observer.level} gives the same outputs, bit for bit`
        : `the untouched model at level ${observer.level} differs from this run by at most ${formatNumber(observer.maxAbs ?? NaN)}`;
  return `onnxruntime ${runtime.onnxruntime}, ${runtime.provider}, per-tensor runs at level disabled; ${untouched}`;
}
