import { z } from 'zod';
import type { FromService } from '../../shared/host-api.ts';

const wireErrorSchema = z.object({
  tag: z.enum(['bad-file', 'bad-request', 'not-comparable', 'runtime', 'engine-died', 'cancelled']),
  message: z.string(),
  file: z.string().exactOptional(),
  place: z.string().exactOptional(),
  wayOut: z.string().exactOptional(),
});

/** The service reads hostile files: what it says is checked like anything else that crosses a process. */
const fromServiceSchema: z.ZodType<FromService> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), protocol: z.number() }),
  z.object({ type: z.literal('failed'), error: wireErrorSchema }),
  z.object({ type: z.literal('window-message'), window: z.number(), message: z.unknown() }),
  z.object({
    type: z.literal('start-runner'),
    id: z.string().max(100),
    env: z.record(z.string(), z.string()),
    cwd: z.string(),
    modelBytes: z.number().nonnegative(),
  }),
  z.object({ type: z.literal('kill-runner'), id: z.string() }),
]);

export function fromService(message: unknown): FromService | undefined {
  return fromServiceSchema.safeParse(message).data;
}
