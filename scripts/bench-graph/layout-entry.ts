export { createLayout } from '../../src/renderer/graph/layout/layout.ts';
export { prepare } from '../../src/renderer/graph/model/prepared.ts';
export { firstLevel } from '../../src/renderer/graph/model/first-level.ts';
export { transformer } from './transformer.ts';
