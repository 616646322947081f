/** What may arrive from a window, method by method: a page is not trusted more than a file. */
import { z } from 'zod';
import type { EngineApi } from '../shared/contract.ts';
import { LayerdiffError } from '../shared/errors.ts';

const path = z.string().min(1).max(4096);
const name = z.string().max(1_000_000);
const job = z.string().max(64);
const count = z.number().int().nonnegative();

const compareRequest = z.strictObject({
  candidate: path,
  reference: path,
  inputs: z.array(path).max(1000),
  image: path.optional(),
  ignoreWhere: z.string().max(10_000).optional(),
  head: z.string().max(10_000).optional(),
  deployed: path.optional(),
  map: z.string().max(100_000_000).optional(),
  sample: count.optional(),
  optimization: z.enum(['disabled', 'basic', 'extended', 'all']),
  provider: z.string().max(100),
  memoryBytes: z.number().positive(),
  threads: count.max(1024),
  atol: z.number().nonnegative().optional(),
  rtol: z.number().nonnegative().optional(),
});

const probeRequest = z.strictObject({
  tensor: name,
  sample: count,
  run: z.enum(['free', 'fed']),
  axes: z.tuple([count, count]).optional(),
  values: z.strictObject({ start: count, count: count.max(4096) }),
});

const ARGUMENTS: { readonly [K in keyof EngineApi]: z.ZodType<Parameters<EngineApi[K]>> } = {
  hello: z.tuple([z.number()]),
  browse: z.tuple([z.string().max(4096)]),
  openModel: z.tuple([path]),
  openReference: z.tuple([path]),
  openReport: z.tuple([path]),
  node: z.tuple([path, name]),
  compare: z.tuple([compareRequest]) as unknown as z.ZodType<Parameters<EngineApi['compare']>>,
  cancel: z.tuple([job]),
  acknowledge: z.tuple([job, count]),
  probe: z.tuple([job, probeRequest]) as unknown as z.ZodType<Parameters<EngineApi['probe']>>,
  pictures: z.tuple([job, count]),
  exportText: z.tuple([job, z.enum(['json', 'csv', 'markdown', 'map'])]),
  recorder: z.tuple([]),
};

/** @throws LayerdiffError `bad-request` naming the method and the argument. */
export function parseArguments(method: keyof EngineApi, args: readonly unknown[]): unknown[] {
  const parsed = ARGUMENTS[method].safeParse(args);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LayerdiffError(
    'bad-request',
    `the window asked for something impossible: ${issue?.message ?? ''}`,
    {
      place: `${method}(${issue?.path.join('.') ?? ''})`,
    },
  );
}
