import type * as v from 'valibot';

const names = new Map<string, v.GenericSchema>();

/**
 * Gives a schema a name in the OpenAPI document, and so in the generated client: `named('User', v.object({…}))`.
 * One that goes both ways, in and out, must look the same in both.
 */
export function named<T extends v.GenericSchema>(name: string, schema: T): T {
  if (names.has(name)) throw new Error(`two schemas are called ${name}`);
  names.set(name, schema);
  return schema;
}

export function namedSchemas(): Readonly<Record<string, v.GenericSchema>> {
  return Object.fromEntries(names);
}
