import { useMemo } from 'react';
import type { Finding } from '../../../shared/report.ts';
import { useApp } from '../../state/app.ts';
import { useAtom } from '../../state/atom.ts';
import { gathered } from './gather.ts';

/** All there is to read besides the verdict, the gravest first; of a model alone what it gives away. */
export function useFindings(): readonly Finding[] {
  const app = useApp();
  const model = useAtom(app.model);
  const { report } = useAtom(app.run).shown;
  return useMemo(() => gathered(report?.findings, model?.lints), [report, model]);
}
