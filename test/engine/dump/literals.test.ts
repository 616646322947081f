import { describe, expect, test } from 'vitest';
import { numpyDtypeOf } from '../../../src/engine/dump/numpy-dtype.ts';
import type { PythonLiteral } from '../../../src/engine/dump/python-literal.ts';
import { parsePythonLiteral } from '../../../src/engine/dump/python-literal.ts';

describe('Python literals', () => {
  test.each([
    ['()', []],
    ['(3,)', [3]],
    ['(3)', 3],
    ['[1, 2,]', [1, 2]],
    ['(10L, -2, +4)', [10, -2, 4]],
    ['"it\'s"', "it's"],
    ["'a\\'b'", "a'b"],
    ['True', true],
    [' None ', null],
    [
      "{'descr': [('x', '<f4'), ('y', '<i4', (2,))], }",
      {
        descr: [
          ['x', '<f4'],
          ['y', '<i4', [2]],
        ],
      },
    ],
    ["{'__proto__': 1}\n\0", JSON.parse('{"__proto__": 1}') as unknown],
  ])('%s', (text, value) => {
    expect(plain(parsePythonLiteral(text))).toEqual(value);
  });

  test.each([
    '',
    '(',
    '(1 2)',
    '(1,,2)',
    '{1: 2}',
    "{'a' 1}",
    "{'a': 1, 'a': 2}",
    "'open",
    '1.5',
    'abc',
    'f(1)',
    '(1,) + (2,)',
    '1 if x else 2',
    '('.repeat(20),
  ])('refuses %j', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  });
});

describe('numpy types', () => {
  test.each([
    ['<f4', 'float32', false],
    ['>f8', 'float64', true],
    ['|b1', 'bool', false],
    ['=i8', 'int64', false],
    ['u2', 'uint16', false],
  ])('%s is %s', (code, dtype, bigEndian) => {
    expect(numpyDtypeOf(code)).toEqual({ dtype, bigEndian });
  });

  test.each([
    ['|O', 'object array'],
    ['<c8', 'complex'],
    ['<U3', 'text'],
    ['|S3', 'text'],
    ['<M8[ns]', 'dates'],
    ['|V2', 'bfloat16'],
    ['<f16', 'float64'],
    ['x', 'not read'],
    ['', 'not read'],
  ])('%s is not read: %s', (code, words) => {
    expect(numpyDtypeOf(code)).toContain(words);
  });
});

function plain(literal: PythonLiteral | undefined): unknown {
  switch (literal?.kind) {
    case undefined:
      return undefined;
    case 'none':
      return null;
    case 'sequence':
      return literal.items.map(plain);
    case 'dict':
      return Object.fromEntries([...literal.items].map(([key, value]) => [key, plain(value)]));
    case 'text':
    case 'number':
    case 'boolean':
      return literal.value;
  }
}
