import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The part of Redocly's linter that is used here. */
interface Linter {
  createConfig(config: { rules: Readonly<Record<string, string>> }): Promise<unknown>;
  lintFromString(options: {
    source: string;
    config: unknown;
  }): Promise<
    { readonly ruleId: string; readonly message: string; readonly location: readonly { readonly pointer?: string }[] }[]
  >;
}

const RULES = [
  'struct',
  'no-unresolved-refs',
  'no-ambiguous-paths',
  'no-identical-paths',
  'no-path-trailing-slash',
  'no-duplicated-tag-names',
  'no-invalid-media-type-examples',
  'no-invalid-schema-examples',
  'no-required-schema-properties-undefined',
  'operation-operationId',
  'operation-operationId-unique',
  'operation-operationId-url-safe',
  'operation-parameters-unique',
  'operation-tag-defined',
  'operation-summary',
  'operation-2xx-response',
  'operation-4xx-response',
  'path-declaration-must-exist',
  'path-not-include-query',
  'path-parameters-defined',
  'security-defined',
  'spec-strict-refs',
];

/** What is wrong with a document by the rules of OpenAPI 3.1 and some of good sense. */
export async function ruleFaultsOf(document: object): Promise<string[]> {
  const { createConfig, lintFromString } = linter();
  const config = await createConfig({ rules: Object.fromEntries(RULES.map((rule) => [rule, 'error'])) });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`);
}

/** It comes with the generator of the client's types, which lies with the package that uses these. */
function linter(): Linter {
  const from = createRequire(fileURLToPath(new URL('../../../webcomponents/package.json', import.meta.url)));
  const generator = createRequire(from.resolve('openapi-typescript/package.json'));
  return generator('@redocly/openapi-core') as Linter;
}
