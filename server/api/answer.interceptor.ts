import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import * as v from 'valibot';

/** Sends an answer in the form that its schema gives it: what the schema does not name stays here. */
export class AnswerInterceptor implements NestInterceptor {
  readonly #schema: v.GenericSchema;

  constructor(schema: v.GenericSchema) {
    this.#schema = schema;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        const result = v.safeParse(this.#schema, answer, { abortEarly: true });
        if (result.success) return result.output;
        const [issue] = result.issues;
        // Without the value, which may be anybody's: this goes into the log.
        const where = v.getDotPath(issue) ?? 'itself';
        throw new Error(`the answer of ${context.getHandler().name} is not of its schema: ${where} (${issue.type})`);
      }),
    );
  }
}
