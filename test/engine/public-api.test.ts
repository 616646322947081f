import { expect, test } from 'vitest';
import * as engine from '../../src/engine/index.ts';

/** What cli and service may use. A name that comes or goes is a change of the engine's contract: change it here too. */
test('the engine has this door and no other', () => {
  expect(Object.keys(engine).sort()).toEqual([
    'PLAIN',
    'TOOL_VERSION',
    'compare',
    'inspectDump',
    'inspectModel',
    'instrument',
    'isReportFile',
    'mapFileText',
    'partialReport',
    'readReport',
    'reportJson',
    'reportJsonSchema',
    'reportMarkdown',
    'startComparison',
    'summaryLines',
    'tensorCsv',
    'viewModel',
  ]);
});
