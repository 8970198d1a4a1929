import { Body, Param, Query, type PipeTransform } from '@nestjs/common';
import * as v from 'valibot';
import { faultOf, type Source } from './fault.ts';

type ObjectSchema = v.GenericSchema<Record<string, unknown>>;

/** The checked JSON body. Its schema is made of `v.strictObject`, all the way down: what is not known is refused. */
export function ValidBody(schema: v.GenericSchema): ParameterDecorator {
  demandStrict(schema);
  return Body({ schema, pipes: [new ValidPipe('body', schema)] });
}

/** The checked query, a `v.strictObject` of what comes as text: see `query-values.ts`, `page.ts`. */
export function ValidQuery(schema: ObjectSchema): ParameterDecorator {
  demandStrict(schema);
  return Query({ schema, pipes: [new ValidPipe('query', schema)] });
}

/** One checked parameter of the path. */
export function ValidParam(name: string, schema: v.GenericSchema<string>): ParameterDecorator {
  // In an object, so that a fault is said to be in this field.
  const pipe: PipeTransform<unknown> = {
    transform: (value) => checked('path', v.object({ [name]: schema }), { [name]: value })[name],
  };
  return Param(name, { schema, pipes: [pipe] });
}

class ValidPipe implements PipeTransform<unknown> {
  readonly #source: Source;
  readonly #schema: v.GenericSchema;

  constructor(source: Source, schema: v.GenericSchema) {
    this.#source = source;
    this.#schema = schema;
  }

  /** @throws SwitchboardError `protocol.invalid` */
  transform(value: unknown): unknown {
    return checked(this.#source, this.#schema, value);
  }
}

function checked<T>(source: Source, schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  throw faultOf(source, result.issues[0]);
}

/** An object that skips what it does not know would hide a caller's mistake. */
function demandStrict(schema: v.GenericSchema): void {
  if (schema.type === 'object') throw new Error('a request is made of v.strictObject, not v.object');
  // Schemas are made of schemas, by names that depend on their kind; the first of a pipe is the schema itself once more.
  const { pipe, ...parts } = schema as v.GenericSchema & { readonly pipe?: readonly unknown[] };
  for (const part of [...(pipe ?? []).slice(1), ...Object.values(parts)]) {
    const inner = isSchema(part) || typeof part !== 'object' || part === null ? [part] : Object.values(part);
    inner.filter(isSchema).forEach(demandStrict);
  }
}

function isSchema(part: unknown): part is v.GenericSchema {
  return typeof part === 'object' && part !== null && 'kind' in part && part.kind === 'schema';
}
