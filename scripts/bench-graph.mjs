// npm run bench:graph: the graph's layout beside other libraries, and the graph pane in a browser. Prints, never asserts.
import { benchLayouts } from './bench-graph/layouts.mjs';
import { benchWindow } from './bench-graph/window.mjs';

const only = process.argv[2];
if (only === undefined || only === 'layout') await benchLayouts();
if (only === undefined || only === 'window') await benchWindow();
