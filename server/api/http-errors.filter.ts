import type { IncomingMessage, ServerResponse } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { SwitchboardError } from '@switchboard/protocol';
import { sendError } from './api-error.ts';
import { isApiPath } from './paths.ts';
import { statusOf } from './statuses.ts';

/** Tells a caller what went wrong, in the form and with the codes of the contract, and nothing of the server's inside. */
@Catch()
export class HttpErrorsFilter extends BaseExceptionFilter {
  readonly #logger = new Logger(HttpErrorsFilter.name);

  override catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage & { readonly originalUrl?: string }>();
    const isApi = isApiPath(request.originalUrl ?? request.url ?? '');
    // Outside of the API, what a page or a supervisor expects of HTTP alone stays as it is.
    if (!SwitchboardError.is(exception) && !isApi) super.catch(exception, host);
    else this.#answer(exception, http.getResponse<ServerResponse>());
  }

  #answer(exception: unknown, response: ServerResponse): void {
    const error = told(exception);
    if (statusOf(error.code) === 500) {
      this.#logger.error(
        exception instanceof Error ? (exception.stack ?? exception.message) : 'not an error was thrown',
      );
    }
    sendError(error, response);
  }
}

function told(exception: unknown): SwitchboardError {
  if (SwitchboardError.is(exception)) {
    // What went wrong inside may stand in the sentence too.
    return statusOf(exception.code) === 500 ? new SwitchboardError('server.internal') : exception;
  }
  // What Nest and the body parser throw, before a handler is asked.
  if (exception instanceof HttpException) {
    const status = exception.getStatus();
    if (status === 404) return new SwitchboardError('api.not_found');
    if (status === 413) return new SwitchboardError('protocol.too_large');
    if (status < 500) return new SwitchboardError('protocol.malformed', 'The request was not valid JSON over HTTP.');
  }
  return new SwitchboardError('server.internal');
}
