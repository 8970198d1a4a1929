/** Why the API did not do what was asked. */
export class ApiError extends Error {
  /** A code of the contract (`protocol/errors.ts`); a newer server may have more. */
  readonly code: string;
  /** 0 where no answer came. */
  readonly status: number;
  /** The field at fault, as a dotted path into what was sent. */
  readonly field: string | undefined;

  constructor(code: string, message: string, status: number, field?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.field = field;
  }

  /** An answer that says what failed; one of something in between (a proxy) may not. */
  static of(status: number, body: unknown): ApiError {
    const said = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
    if (typeof said !== 'object' || said === null || !('code' in said) || typeof said.code !== 'string')
      return new ApiError(status >= 500 ? 'client.unreachable' : 'client.unexpected', '', status);
    const message = 'message' in said && typeof said.message === 'string' ? said.message : '';
    return new ApiError(said.code, message, status, 'field' in said ? String(said.field) : undefined);
  }
}

interface FetchAnswer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * What a call brought.
 * @throws ApiError
 */
export async function take<T>(call: Promise<FetchAnswer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw ApiError.of(response.status, error);
  return data as T;
}

/** A failure that can be shown. Anything but our own is a defect of this program. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
