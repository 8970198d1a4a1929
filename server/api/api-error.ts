import type { ServerResponse } from 'node:http';
import type { SwitchboardError } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from './named.ts';
import { statusOf } from './statuses.ts';

/** What every failure of the API looks like. */
export const apiError = named(
  'Error',
  v.object({
    error: v.object({
      code: v.pipe(v.string(), v.description('What happened, for programs. A newer server may have new ones.')),
      message: v.pipe(v.string(), v.description('The same in a sentence, for people.')),
      field: v.optional(v.pipe(v.string(), v.description('The field at fault, as a dotted path.'))),
    }),
  }),
);

/** Answers with a failure, in the form that every failure of the API has. Half an answer that is on its way is cut off. */
export function sendError(error: SwitchboardError, response: ServerResponse): void {
  if (response.headersSent) {
    // Half an answer must not look like a whole one.
    response.destroy();
    return;
  }
  const status = statusOf(error.code);
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
  const { code, message, field } = error;
  const body: v.InferOutput<typeof apiError> = {
    error: { code, message, ...(field === undefined ? {} : { field }) },
  };
  response.statusCode = status;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
