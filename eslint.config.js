import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { configs as lit } from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', '**/testing/**/*.ts', 'e2e/**/*.ts'];
const ENTRY_POINTS = [
  'scripts/**',
  'bench/**',
  'extension/packaging/**',
  'plugins/tool/plugin.ts',
  'client/platform/node/talk*.ts',
];
/** It has the ending of TypeScript, and is none. */
const ASSEMBLYSCRIPT = ['plugins/**/assembly/', 'plugins/sdk/assemblyscript/'];

const randomness = { object: 'Math', property: 'random', message: 'Randomness is injected.' };
const clock = { object: 'Date', property: 'now', message: 'The clock is injected.' };

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/coverage/',
    '.cache/',
    'data/',
    'webcomponents/admin/api/schema.d.ts',
    ...ASSEMBLYSCRIPT,
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.{1,2}/.*\\.js$', message: 'Relative imports name the source file: .ts.' }] },
      ],
      'no-restricted-properties': ['error', randomness],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'CatchClause > BlockStatement[body.length=0]', message: 'A failure is handled or passed on.' },
      ],
      'object-shorthand': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // What runs in a session, a lane or a codec is replayed in tests: no clock and no chance of its own.
    files: ['protocol/**/*.ts', 'client/**/*.ts'],
    ignores: ['client/platform/**'],
    rules: { 'no-restricted-properties': ['error', randomness, clock] },
  },
  {
    files: ['server/**/*.ts'],
    rules: {
      // A Nest module is a class that carries nothing but its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Nest declares its options as classes and takes literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  { files: ['webcomponents/**/*.ts'], extends: [lit['flat/recommended']] },
  { files: ENTRY_POINTS, rules: { 'no-console': 'off' } },
  {
    files: SPECS,
    rules: {
      'max-lines': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  // On the path of every packet: indexes into arrays of known length, where a check would be for the compiler alone.
  {
    files: ['server/relay/{fan-out,traffic-counts}.ts', 'server/relay/{sockets,threads}/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  // An ambient declaration speaks for a module of somebody else.
  { files: ['*.config.ts', '**/vite.config.ts', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
