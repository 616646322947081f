import { printable } from './errors.ts';
import { formatList } from './format.ts';
import type { Finding } from './report.ts';

/** Findings of one kind and text become one, which names their subjects after the text and keeps the first as its own. */
export function oncePerText(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const subjects = [first, ...others].map((finding) => finding.subject).filter((subject) => subject !== '');
    if (subjects.length === 0) return [first];
    return [{ ...first, text: `${first.text}: ${printable(formatList([...new Set(subjects)]))}` }];
  });
}
