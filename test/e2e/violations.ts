import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Serious and critical violations of WCAG 2.1 A and AA and of best practices, as lines. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Run through the debugger: the page's policy refuses injected scripts.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  const { result } = (await session.send('Runtime.evaluate', {
    expression: 'axe.run().then((done) => JSON.stringify(done.violations))',
    awaitPromise: true,
  })) as { result: { value: string } };
  return (JSON.parse(result.value) as Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
