import { demandDeclared } from './declared-errors.ts';

/** What came back. */
export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** Its JSON, as the test knows that it must be; an example of that says its type as well. */
  as<T>(_example?: T): T {
    return JSON.parse(this.text) as T;
  }

  /** The error's code; undefined where it is none. */
  get code(): string | undefined {
    return this.isJson ? this.as<{ error?: { code?: string } } | null>()?.error?.code : undefined;
  }

  /** What a test shows when it is not what was expected. */
  get said(): string {
    return `${this.status} ${this.code ?? ''}`.trim();
  }

  get isJson(): boolean {
    return (this.headers.get('content-type') ?? '').startsWith('application/json') && this.text !== '';
  }
}

/** The API as a program sees it. */
export class RestClient {
  readonly url: string;
  readonly bearer: string | undefined;

  constructor(url: string, bearer?: string) {
    this.url = url;
    this.bearer = bearer;
  }

  /** The same for somebody else. */
  as(bearer: string | undefined): RestClient {
    return new RestClient(this.url, bearer);
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.send('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, body);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body);
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.send('DELETE', path, body);
  }

  /** `path` is below `/api`. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.sendText(method, `/api${path}`, body === undefined ? undefined : JSON.stringify(body), headers);
  }

  /** Anything, anywhere. */
  async sendText(
    method: string,
    path: string,
    text: string | undefined,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.bearer === undefined ? {} : { authorization: `Bearer ${this.bearer}` }),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = new Answer(response.status, response.headers, await response.text());
    if (answer.code !== undefined) await demandDeclared(this.url, method, path, answer.code);
    return answer;
  }

  /** What must succeed for the test to go on. */
  async made<T>(answer: Promise<Answer>): Promise<T> {
    const given = await answer;
    if (given.status >= 300) throw new Error(`${given.said}: ${given.text}`);
    return given.text === '' ? (undefined as T) : given.as<T>();
  }
}
