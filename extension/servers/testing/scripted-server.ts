import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status?: number;
  /** Absent for an empty answer. */
  readonly json?: unknown;
}

/** A web port of loopback that answers what the test says. */
export class ScriptedServer implements AsyncDisposable {
  readonly asked: { readonly path: string; readonly body: unknown }[] = [];
  answer: (path: string) => Answer | Promise<Answer> = () => ({ status: 404, json: {} });
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(tls?: { readonly cert: string; readonly key: string }) {
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  }

  static async start(tls?: { readonly cert: string; readonly key: string }): Promise<ScriptedServer> {
    const server = new ScriptedServer(tls);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): URL {
    return new URL(`${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString('utf8');
    const path = request.url ?? '';
    this.asked.push({ path, body: text === '' ? undefined : JSON.parse(text) });
    const { status = 200, json } = await this.answer(path);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  }
}
