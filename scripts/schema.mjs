// Writes the JSON Schema of the report from the schema in the code. A test fails when the two differ.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportJsonSchema } from '../build/engine/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
writeFileSync(
  join(root, 'resources/report.schema.json'),
  `${JSON.stringify(await reportJsonSchema(), null, 2)}\n`,
);
