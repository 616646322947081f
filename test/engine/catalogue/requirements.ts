import type { Finding, Report, Site } from '../../../src/shared/report.ts';
import type { Requirements } from './cases.ts';

/** Requirements that the report can meet: a name is added when what it asks for is built. */
export const HELD: readonly (keyof Requirements)[] = [
  'cause',
  'experiment',
  'structure',
  'findings',
  'sentence',
  'samples',
  'between',
  'folded',
];

type Check = (report: Report, requirements: Requirements) => readonly string[];

/** What is not as required, in words; nothing where all is. */
export const CHECKS: Readonly<Record<keyof Requirements, Check>> = {
  cause: ({ verdict }, { cause: words = [] }) =>
    atEverySite(verdict.sites, ({ cause }) =>
      cause === undefined
        ? 'has no cause'
        : missing(
            words,
            [cause.kind, cause.text, cause.fix, cause.confirm, cause.experiment?.text ?? ''].join(' '),
          ),
    ),
  experiment: ({ verdict }, { experiment: words = [] }) =>
    atEverySite(verdict.sites, ({ cause }) => {
      const experiment = cause?.experiment;
      if (experiment === undefined) return 'has no experiment';
      return experiment.reproduces
        ? missing(words, experiment.setting)
        : `${experiment.setting} does not reproduce the reference`;
    }),
  structure: ({ verdict }, { structure: words = [] }) =>
    atEverySite(verdict.sites, ({ structure }) =>
      structure.some(({ kind, text }) => missing(words, `${kind} ${text}`) === undefined)
        ? undefined
        : `no structure with ${words.join(', ')}`,
    ),
  findings: ({ findings }, { findings: required = [] }) =>
    required
      .filter((words) => !findings.some((finding) => missing(words, textOf(finding)) === undefined))
      .map((words) => `no finding with ${words.join(', ')}`),
  sentence: ({ verdict }, { sentence: words = [] }) => only(missing(words, verdict.sentence)),
  samples: ({ samples }, { samples: kinds = [] }) =>
    only(
      samples.map((sample) => sample.kind).join() === kinds.join()
        ? undefined
        : `samples are ${samples.map((sample) => sample.kind).join()}`,
    ),
  between: ({ verdict }, { between: [from, to] = ['', ''] }) =>
    only(
      verdict.sites.some(
        (site) => site.kind === 'missing-operation' && site.scope === `between ${from} and ${to}`,
      )
        ? undefined
        : `no operation is missing between ${from} and ${to}`,
    ),
  folded: ({ coverage }, { folded: entries = {} }) =>
    Object.entries(entries)
      .filter(
        ([entry, into]) =>
          !coverage.unmatched.reference.some(
            (one) => one.entry === entry && one.expected && one.reason === `folded into ${into}`,
          ),
      )
      .map(([entry, into]) => `${entry} is not folded into ${into}`),
};

/** What of one requirement is not met; nothing where it is not asked for. */
export function unmet(
  report: Report,
  key: keyof Requirements,
  requirements: Requirements,
): readonly string[] {
  return requirements[key] === undefined ? [] : CHECKS[key](report, requirements);
}

function atEverySite(sites: readonly Site[], check: (site: Site) => string | undefined): readonly string[] {
  return sites.flatMap((site) => only(check(site)).map((text) => `${site.tensor}: ${text}`));
}

function missing(words: readonly string[], text: string): string | undefined {
  const lost = words.filter((word) => !text.toLowerCase().includes(word.toLowerCase()));
  return lost.length === 0 ? undefined : `${lost.join(', ')} not in "${text}"`;
}

const textOf = ({ kind, subject, text }: Finding): string => `${kind} ${subject} ${text}`;
const only = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);
