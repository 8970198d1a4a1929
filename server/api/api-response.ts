import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '@switchboard/protocol';
import type * as v from 'valibot';
import { AnswerInterceptor } from './answer.interceptor.ts';

export interface AnswerOptions {
  /** What the route does, in a few words: `List the accounts`. */
  readonly summary: string;
  /** More about it, in Markdown. */
  readonly description?: string;
  /** 200 by default; 201 where something is made. */
  readonly status?: 200 | 201 | 202;
  /** What may go wrong besides what every route, a check or a requirement brings by itself. */
  readonly errors?: readonly ErrorCode[];
}

export interface DeclaredAnswer {
  readonly errors: readonly ErrorCode[];
}

export const ANSWER = 'switchboard:answer';

/** Holds the type of what a handler returns to what was declared. */
type Handler<T> = <R extends T | Promise<T>>(
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<(...parameters: never[]) => R>,
) => void;

/**
 * What a route answers with: the type of its method, a part of the OpenAPI document, and the form in which it leaves, as the answer
 * goes through the schema. So nothing leaves that the schema does not name, and what does not fit is `server.internal`.
 */
export function Answers<T extends v.GenericSchema>(
  schema: T,
  { example, ...options }: AnswerOptions & { readonly example?: v.InferOutput<T> },
): Handler<v.InferInput<T>> {
  const status = options.status ?? 200;
  return declared(
    options,
    HttpCode(status),
    ApiResponse({
      status,
      description: options.summary,
      standardSchema: schema,
      ...(example === undefined ? {} : { example }),
    }),
    UseInterceptors(new AnswerInterceptor(schema)),
  );
}

/** A route that has nothing to say but that it is done: 204. */
export function AnswersNothing(options: Omit<AnswerOptions, 'status'>): Handler<void> {
  return declared(options, HttpCode(204), ApiResponse({ status: 204, description: 'Done.' }));
}

/** A route that answers with something else than JSON, as a `StreamableFile` or by the response itself. */
export function AnswersFile(contentType: string, options: Omit<AnswerOptions, 'status'>): Handler<unknown> {
  const isText = contentType.startsWith('text/');
  const schema = isText ? { type: 'string' } : { type: 'string', contentMediaType: contentType };
  const content = { [contentType]: { schema } };
  return declared(options, HttpCode(200), ApiResponse({ status: 200, description: options.summary, content }));
}

function declared<T>(options: AnswerOptions, ...decorators: readonly MethodDecorator[]): Handler<T> {
  const { summary, description, errors = [] } = options;
  return applyDecorators(
    SetMetadata(ANSWER, { errors } satisfies DeclaredAnswer),
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ...decorators,
  );
}
