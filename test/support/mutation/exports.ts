import { DEMO, exportFile } from '../demo.ts';
import type { Export } from './subject.ts';

export const NETS = ['residual', 'transformer', 'lstm', 'unet', 'reuse', 'wrapped'] as const;
export const FILES = ['ts12', 'ts17', 'ts20', 'dynamo18', 'dynamo20'] as const;

/** The thirty exports of `test/fixtures/exports`. */
export const EXPORTS: readonly Export[] = NETS.flatMap((net) =>
  FILES.map((file) => ({
    name: `${net}/${file}`,
    model: exportFile(`${net}/${file}.onnx`),
    dump: exportFile(`${net}/dump`),
  })),
);

export const DEMO_EXPORT: Export = { name: 'demo', model: DEMO.healthy, dump: DEMO.dump };
