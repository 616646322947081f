import { z } from 'zod';

/** JSON has no NaN and no infinities: strings in the file, numbers in memory. */
export const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

export const dims = z.array(z.number().int().nonnegative());
