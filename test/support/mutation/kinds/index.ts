import type { Mutate, MutationKind } from '../mutation.ts';
import { attributeMutation } from './attribute.ts';
import { bypassMutation } from './bypass.ts';
import { constantMutation } from './constant.ts';
import { dtypeMutation } from './dtype.ts';
import { swapMutation } from './swap.ts';
import { weightMutation } from './weight.ts';

export const MUTATE: Readonly<Record<MutationKind, Mutate>> = {
  attribute: attributeMutation,
  constant: constantMutation,
  weight: weightMutation,
  dtype: dtypeMutation,
  swap: swapMutation,
  bypass: bypassMutation,
};
