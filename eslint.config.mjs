import tseslint from 'typescript-eslint';

const PURE = ['src/science/**/*.ts', 'src/kernel/**/*.ts', 'src/features/*/domain/**/*.ts'];
const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

const OUTSIDE = 'The outside world is a port: take one as an argument, or yield a report.';
const CHANCE = 'Chance is an argument: take a stream from science/random.';
const TIME = 'Time is an argument: take a Date.';

/** What a pure file may not touch: chance and time are arguments, and the outside world is a port. */
const purity = {
  'no-restricted-globals': [
    'error',
    ...['process', 'console', 'fetch', 'globalThis'].map((name) => ({ name, message: OUTSIDE })),
    ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({ name, message: TIME })),
    { name: 'crypto', message: CHANCE },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: CHANCE },
    { object: 'Date', property: 'now', message: TIME },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: TIME },
    { selector: 'CallExpression[callee.name="Date"]', message: TIME },
  ],
  // Of what pure code may import, this alone can draw by chance.
  'no-restricted-imports': ['error', { name: 'node:crypto', allowImportNames: ['createHash'], message: CHANCE }],
};

/** Configuration is read once, in the program's main file, where every mistake in it can be named before anything starts. */
const PROCESS_MODULE = { name: 'node:process', message: 'The global `process` is the one that the rules watch.' };
const environment = {
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'Only a main.ts reads the environment: take the value as an argument.',
    },
  ],
  'no-restricted-imports': ['error', PROCESS_MODULE, { ...PROCESS_MODULE, name: 'process' }],
};

export default tseslint.config(
  { ignores: ['dist/', 'ui/public/', 'node_modules/', 'artifacts/', 'coverage/', 'test/architecture/fixtures/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      // A module of Nest is a class without anything of its own.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  { files: ['src/**/*.ts'], ignores: [...TESTS, 'src/apps/*/main.ts'], rules: environment },
  { files: PURE, ignores: TESTS, rules: purity },
  // In loops over a typed array the bounds are the loop's own; a check for `undefined` would only slow and hide the sum.
  { files: ['src/science/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  // TypeORM and Nest declare options as classes, though they are only ever written as literals.
  {
    files: ['src/features/*/persistence/*.entity.ts', 'src/apps/api/http.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  // A component, and the description of a plot, is one function whose lines are mostly declarations.
  {
    files: ['ui/**/*.tsx', 'ui/**/*.plot.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
