import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom (ARCHITECTURE.md). `from` may not be imported by `target`; `except` is relative to `from`. */
const engine = (folder) => `./src/engine/${folder}`;
const only = (target, allowed) => ({
  target: engine(target),
  from: './src/engine',
  except: [target, ...allowed].map((folder) => `./${folder}`),
  message: `engine/${target} may import only ${allowed.length === 0 ? 'itself' : allowed.join(', ')} and shared`,
});

const zones = [
  { target: './src/shared', from: './src', except: ['./shared'], message: 'shared imports nothing' },
  {
    target: './src/engine',
    from: './src',
    except: ['./engine', './shared'],
    message: 'engine imports only shared',
  },
  {
    target: './src/service',
    from: './src',
    except: ['./service', './engine/index.ts', './shared'],
    message: 'service uses the engine by its door',
  },
  {
    target: './src/cli',
    from: './src',
    except: ['./cli', './engine/index.ts', './service/index.ts', './server/index.ts', './shared'],
    message: 'cli uses engine, service and server by their doors',
  },
  {
    target: './src/server',
    from: './src',
    except: ['./server', './service/index.ts', './shared'],
    message: 'server uses the service by its door',
  },
  {
    target: './src/renderer',
    from: './src',
    except: ['./renderer', './shared'],
    message: 'renderer imports only shared',
  },
  {
    target: './src/main',
    from: './src',
    except: ['./main', './shared'],
    message: 'main imports only shared; the service by module path',
  },
  {
    target: './src/preload',
    from: './src',
    except: ['./preload', './shared'],
    message: 'preload imports only shared',
  },
  only('tensor', []),
  only('onnx', ['tensor']),
  only('graph', ['tensor', 'onnx']),
  only('run', ['tensor', 'onnx', 'graph']),
  only('dump', ['tensor']),
  only('match', ['tensor', 'onnx', 'graph', 'dump']),
  only('metric', ['tensor']),
  only('diagnose', ['tensor', 'onnx', 'graph', 'dump', 'match', 'metric']),
  only('report', ['diagnose']),
  only('probe', ['tensor']),
  only('structure', ['tensor']),
  only('output-stage', ['tensor']),
  only('input-stage', ['tensor']),
  only('prompt', ['tensor']),
  only('cause', ['tensor', 'onnx', 'graph', 'structure']),
  only('lint', ['tensor', 'onnx', 'graph', 'dump']),
  only('view', ['tensor', 'onnx', 'graph', 'metric', 'lint']),
];

/** One door per folder: from outside, only its index.ts. */
const doors = [
  'tensor',
  'onnx',
  'graph',
  'run',
  'dump',
  'match',
  'metric',
  'diagnose',
  'report',
  'probe',
  'structure',
  'output-stage',
  'input-stage',
  'prompt',
  'cause',
  'lint',
  'view',
].map((folder) => ({
  group: [
    `../${folder}/*`,
    `!../${folder}/index.ts`,
    `../../${folder}/*`,
    `!../../${folder}/index.ts`,
    `**/engine/${folder}/*`,
    `!**/engine/${folder}/index.ts`,
  ],
  message: `engine/${folder} has one door: index.ts`,
}));

const pure = [
  'prompt',
  'probe',
  'structure',
  'output-stage',
  'cause',
  'metric',
  'diagnose',
  'graph',
  'match',
  'lint',
].map((folder) => `src/engine/${folder}/**/*.ts`);
const packages = (allowed) => ({
  group: ['*', '!.', '!..', '!./**', '!../**', ...allowed.map((name) => `!${name}`)],
  message: `packages allowed here: ${allowed.join(', ') || 'none'}`,
});

export default tseslint.config(
  {
    ignores: [
      'build/**',
      'node_modules/**',
      '**/generated/**',
      '**/assembly/**',
      'test/fixtures/**',
      '.venv/**',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx', '.js'],
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
    },
  },
  {
    files: ['src/shared/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [packages([])] }] },
  },
  {
    files: ['src/engine/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [packages(['node:**']), ...doors] }] },
  },
  {
    files: ['src/engine/run/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [packages(['node:**', 'onnxruntime-node']), ...doors] }],
    },
  },
  {
    files: ['src/engine/onnx/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [packages(['node:**', 'protobufjs', 'protobufjs/**']), ...doors] },
      ],
    },
  },
  {
    files: ['src/engine/dump/**/*.ts', 'src/engine/report/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [packages(['node:**', 'zod', 'fflate']), ...doors] }],
    },
  },
  {
    files: ['src/engine/input-stage/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [packages(['fast-png', 'jpeg-js', 'fflate']), ...doors] },
      ],
    },
  },
  { files: pure, rules: { 'no-restricted-imports': ['error', { patterns: [packages([]), ...doors] }] } },
  {
    files: ['src/service/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [packages(['node:**', 'birpc', 'zod'])] }] },
  },
  {
    files: ['src/server/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [packages(['node:**', 'ws'])] }] },
  },
  {
    files: ['src/renderer/**/*.ts', 'src/renderer/**/*.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            packages([
              'react',
              'react-dom',
              'react-dom/client',
              'd3',
              'birpc',
              '@tanstack',
              '@tanstack/react-virtual',
            ]),
          ],
        },
      ],
    },
  },
  {
    files: ['src/main/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            packages(['node:**', 'node:fs/promises', 'electron', 'electron/main', 'electron/common', 'zod']),
          ],
        },
      ],
    },
  },
  {
    files: ['src/preload/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [packages(['electron', 'electron/renderer'])] }],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [packages(['node:**', 'commander'])] }] },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx', '*.config.ts'],
    rules: {
      'import-x/no-default-export': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
);
