import { printable } from '../../shared/errors.ts';
import { formatList, formatNumber, plural } from '../../shared/format.ts';
import type { Report, Site, TensorRow } from '../../shared/report.ts';
import { stageTexts } from './stage-text.ts';
import { shortOps, siteStatements } from './site-text.ts';

const MOST_ROWS = 20;

/** A summary to paste into an issue: the sentence, what was compared, the sites, the worst tensors. */
export function reportMarkdown(report: Report): string {
  const { verdict, coverage, environment, weights } = report;
  return [
    `**${text(verdict.sentence)}**`,
    '',
    `- ${plural(coverage.compared, 'tensor')} of ${coverage.tensors} compared, ${coverage.pairedEntries} of ${coverage.entries} recorded outputs paired, ${coverage.graphOutputs.compared}/${plural(coverage.graphOutputs.total, 'graph output')}`,
    `- weights: ${weights.of === 0 ? 'not checked' : `${weights.matched}/${weights.of} match`}`,
    `- candidate ${text(environment.candidate.name)}, reference ${text(environment.reference.name)}, onnxruntime ${text(environment.runtime.onnxruntime)} (${text(environment.runtime.provider)})`,
    ...stageTexts(report).flatMap(({ title, lines }) => ['', `### ${title}`, '', ...lines.map(markdownLine)]),
    ...verdict.sites.flatMap(siteLines),
    ...noteLines(report),
    ...worstTable(report.tensors),
    '',
  ].join('\n');
}

/** Indented by two spaces a level, which is what nests a list in Markdown. */
function markdownLine(line: string): string {
  const own = line.trimStart();
  return `${' '.repeat(line.length - own.length)}- ${text(own)}`;
}

function siteLines(site: Site, index: number): string[] {
  return [
    '',
    `### Site ${index + 1}: ${text(shortOps(site.opType))} ${text(site.node ?? formatList(site.nodes, 6))}`,
    '',
    `- tensor ${text(site.tensor)}${site.scope === '' ? '' : ` in ${text(site.scope)}`}`,
    ...(site.kind === 'missing-operation'
      ? []
      : [`- own error ${formatNumber(site.local)} = ${formatNumber(site.excess)} × tolerance`]),
    ...siteStatements(site).map((line) => `- ${text(line)}`),
  ];
}

function noteLines({ findings, verdict }: Report): string[] {
  const notes = findings.filter(
    ({ severity, kind }) => severity !== 'info' && kind !== 'prompt' && kind !== 'output-stage',
  );
  return [
    ...(notes.length === 0 ? [] : ['', ...notes.map((finding) => `- note: ${text(finding.text)}`)]),
    ...(verdict.next.length === 0
      ? []
      : ['', ...verdict.next.map((command) => `- next: \`${printable(command).replaceAll('`', "'")}\``)]),
  ];
}

function worstTable(rows: readonly TensorRow[]): string[] {
  const worst = rows
    .filter((row) => row.total !== undefined && row.total.relativeL2 > 0)
    .sort((a, b) => (b.total?.relativeL2 ?? 0) - (a.total?.relativeL2 ?? 0))
    .slice(0, MOST_ROWS);
  if (worst.length === 0) return [];
  return [
    '',
    '| tensor | op | state | own ÷ tolerance | error so far (relative L2) | max abs |',
    '| --- | --- | --- | ---: | ---: | ---: |',
    ...worst.map(
      (row) =>
        `| ${text(row.name)} | ${text(row.opType)} | ${row.state} | ${row.excess === undefined ? '' : formatNumber(row.excess)} | ${formatNumber(row.total?.relativeL2 ?? 0)} | ${formatNumber(row.total?.maxAbs ?? 0)} |`,
    ),
  ];
}

/** Names are text: nothing in them is markup. */
function text(name: string): string {
  return printable(name).replace(/[\\`*_{}[\]<>()#+!|~&]/g, (char) => `\\${char}`);
}
