import { printable } from '../../shared/errors.ts';
import type { Finding } from '../../shared/report.ts';

/** What one lint saw, in the four parts that each has to have. */
export interface Note {
  readonly severity: 'info' | 'warning';
  /** Node, entry or module; '' for the whole file. */
  readonly subject: string;
  /** What is there, with its numbers. The same text on several nodes is one thing to say. */
  readonly found: string;
  /** Why it matters beside PyTorch. */
  readonly matters: string;
  readonly wayOut: string;
  /** Where this is known from: `ort#16752` is an issue or pull request, else a document. */
  readonly source: string;
}

/** One rule, one file: the table lists them. */
export interface Lint<Subject> {
  /** Stable: `lint:resize-mode`, `dump:tf32`. */
  readonly kind: string;
  /** What it looks for, in a few words: the line in docs/lints.md. */
  readonly looksFor: string;
  readonly find: (subject: Subject) => readonly Note[];
}

/** Runs the lints of a table in its order; warnings come first. */
export function findingsOf<Subject>(table: readonly Lint<Subject>[], subject: Subject): Finding[] {
  const findings = table.flatMap((lint) => lint.find(subject).map((note) => findingOf(lint.kind, note)));
  const isWarning = (finding: Finding): boolean => finding.severity === 'warning';
  return [...findings.filter(isWarning), ...findings.filter((finding) => !isWarning(finding))];
}

function findingOf(kind: string, { severity, subject, found, matters, wayOut, source }: Note): Finding {
  return { kind, severity, subject, text: printable(`${found}: ${matters}; ${wayOut} (${source})`) };
}
