import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributeDefaults } from '../../../src/engine/view/attribute-defaults.ts';

/** Against the definitions in the onnx package: make-defaults.py beside this file. */
type Value = number | string | readonly (number | string)[];
type History = readonly (readonly [since: number, defaults: Readonly<Record<string, Value>>])[];

const FILE = new URL('../../fixtures/view/defaults.json', import.meta.url);
const OPERATORS = Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, History>>);
const OPSETS = Array.from({ length: 22 }, (_, index) => index + 7);

/** By value, not by spelling: 1e-5 is 0.00001. */
function valueOf(text: string): Value {
  if (text.startsWith('[')) return text.slice(1, -1).split(', ').map(valueOf) as Value;
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

test.each(OPERATORS)('%s, in each opset that has it', (opType, history) => {
  for (const opset of OPSETS.filter((one) => one >= (history[0]?.[0] ?? 0))) {
    const [, expected] = [...history].reverse().find(([since]) => since <= opset) ?? [0, {}];
    const found = [...attributeDefaults(opType, opset)].map(([name, text]) => [name, valueOf(text)] as const);
    expect(Object.fromEntries(found), `opset ${opset}`).toEqual(expected);
  }
});

test.each(['Relu', 'NoSuchOperator', 'constructor', '__proto__', ''])('%s has none', (opType) => {
  expect([...attributeDefaults(opType, 20)]).toEqual([]);
});
