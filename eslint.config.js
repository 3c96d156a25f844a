import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const only = (group, where) => ({ group, message: `imported only in ${where} (one owner per dependency)` });
const middy = only(['@middy/*'], 'shared/lambda');
const aws = only(['@aws-sdk/*', '@smithy/*', '@aws-crypto/*'], 'shared/store');
const awsButLambda = only(
  ['@aws-sdk/*', '!@aws-sdk/client-lambda', '@smithy/*', '@aws-crypto/*'],
  'shared/store',
);
const feishuSdk = only(['@larksuiteoapi/*', 'axios'], 'shared/feishu');
const pg = only(['pg'], 'shared/connectors');
const notDeployed = {
  group: ['**/simulator/**', '**/test/**', '**/bench/**'],
  message: 'what is deployed never imports the simulator, tests or benchmarks',
};
const sideways = {
  regex: '^\\.\\./(?!\\.\\./)',
  message: 'a function does not import another function; they meet in the tables',
};
const upwards = { group: ['**/functions/**'], message: 'shared does not know its callers' };

export default tseslint.config(
  { ignores: ['node_modules', '.serverless', '.esbuild', '.zhida', '**/*.cjs'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ['error', 8],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      // The full-width space of Chinese typography separates columns of a line on a card.
      'no-irregular-whitespace': ['error', { skipStrings: true, skipTemplates: true, skipRegExps: true }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['functions/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [middy, aws, feishuSdk, pg, notDeployed, sideways] }],
    },
  },
  {
    files: ['functions/*/handler.ts'],
    rules: { 'max-lines': ['error', { max: 60 }] },
  },
  {
    files: ['shared/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [middy, aws, feishuSdk, pg, notDeployed, upwards] }],
    },
  },
  {
    files: ['shared/lambda/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [awsButLambda, feishuSdk, pg, notDeployed, upwards] }],
    },
  },
  {
    files: ['shared/store/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [middy, feishuSdk, pg, notDeployed, upwards] }] },
  },
  {
    files: ['shared/feishu/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [middy, aws, pg, notDeployed, upwards] }] },
  },
  {
    files: ['shared/connectors/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [middy, aws, feishuSdk, notDeployed, upwards] }],
    },
  },
  {
    files: ['config/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [middy, aws, feishuSdk, pg, notDeployed, upwards] }],
    },
  },
  {
    // Screens and state machines of the simulator run on a developer's machine only and print what they do.
    files: ['simulator/**', 'bench/**', 'test/run.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  { files: ['**/*.js', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  {
    // The framework and child processes load these as CommonJS.
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        console: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowConstructorOnly: true }],
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
);
