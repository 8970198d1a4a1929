import { isDeepStrictEqual } from 'node:util';
import type { StandardSchemaConverter } from '@nestjs/swagger';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { namedSchemas } from './named.ts';

/** Checks and changes that JSON Schema has no word for; what they mean for a caller stands in descriptions. */
const WITHOUT_WORDS = [
  'check',
  'custom',
  'raw_check',
  'partial_check',
  'trim',
  'normalize',
  'to_lower_case',
  'transform',
  'raw_transform',
  'readonly',
  'brand',
];
const REFERENCE = /^#\/\$defs\/(.+)$/;

type Json = ReturnType<typeof toJsonSchema>;

/** Turns valibot schemas into those of one OpenAPI 3.1 document; named ones become its components. */
export function schemaConverter(): StandardSchemaConverter {
  const definitions = namedSchemas();
  const components: Record<string, Json> = {};
  return (schema, { schemaType: typeMode }) => {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = toJsonSchema(schema as v.GenericSchema, {
      target: 'draft-2020-12',
      typeMode,
      definitions,
      ignoreActions: WITHOUT_WORDS,
      overrideSchema: ({ jsonSchema }) => withTypedDefault(jsonSchema),
    });
    const used = referencesOf(own, $defs as Record<string, Json>);
    for (const [name, component] of Object.entries(used)) {
      if (!isDeepStrictEqual((components[name] ??= component), component)) {
        throw new Error(`the schema ${name} looks different in requests and in answers: give them two names`);
      }
    }
    return { schema: own, components: used };
  };
}

/** In a query the default is text, as what is sent is; a reader expects it to be of the type that is said. */
function withTypedDefault(json: Json): Json | undefined {
  if (typeof json.default !== 'string' || (json.type !== 'integer' && json.type !== 'boolean')) return undefined;
  return { ...json, default: JSON.parse(json.default) as number | boolean };
}

/** The definitions that are referred to, and those that these refer to. */
function referencesOf(
  from: unknown,
  definitions: Readonly<Record<string, Json>>,
  found: Record<string, Json> = {},
): Record<string, Json> {
  if (typeof from !== 'object' || from === null) return found;
  for (const [key, value] of Object.entries(from)) {
    const name = key === '$ref' && typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    const definition = name === undefined ? undefined : definitions[name];
    if (name !== undefined && definition !== undefined && !(name in found)) {
      found[name] = definition;
      referencesOf(definition, definitions, found);
    } else referencesOf(value, definitions, found);
  }
  return found;
}
