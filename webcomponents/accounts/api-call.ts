import { isErrorCode, SwitchboardError } from '@switchboard/protocol';

const TIMEOUT_MS = 10_000;

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** An access token. */
  readonly token?: string;
}

/**
 * Calls the server's REST API; the cookie of the log-in goes along to the server's own page alone.
 * @returns the answer's JSON; undefined where there is none
 * @throws SwitchboardError the server's refusal, `client.unreachable`, `client.not_a_switchboard`
 */
export async function callApi(
  url: URL,
  { method = 'GET', body, token }: ApiCall,
  send: typeof fetch = (...args) => fetch(...args),
): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const request: RequestInit = {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await send(url, request).catch((cause: unknown) => {
    throw new SwitchboardError('client.unreachable', undefined, { cause });
  });
  if (response.status === 204) return undefined;
  const json = await jsonOf(response);
  if (response.ok) return json;
  throw refusalOf(json, response.headers.get('retry-after'));
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new SwitchboardError('client.not_a_switchboard', undefined, { cause });
  }
}

function refusalOf(json: unknown, retryAfter: string | null): SwitchboardError {
  const error = isRecord(json) ? json.error : undefined;
  const code = isRecord(error) ? error.code : undefined;
  if (!isRecord(error) || !isErrorCode(code)) return new SwitchboardError('client.not_a_switchboard');
  const { message, field } = error;
  const seconds = Number(retryAfter ?? Number.NaN);
  return new SwitchboardError(code, typeof message === 'string' ? message : undefined, {
    ...(typeof field === 'string' ? { field } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
