import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface ForeignPage {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody else's web site: one page, of another origin than the server's in every sense (another host, another port). */
export class ForeignSite implements AsyncDisposable {
  readonly #server: Server;
  #page: ForeignPage = { body: '' };

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(): Promise<ForeignSite> {
    const site = new ForeignSite();
    // By name where the server is found by number: to a browser those are two hosts, both of them secure.
    site.#server.listen(0, 'localhost');
    await once(site.#server, 'listening');
    return site;
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('a listening server has a port');
    return `http://localhost:${String(address.port)}`;
  }

  /** What the site shows from now on. */
  show(page: ForeignPage): void {
    this.#page = page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ url }: IncomingMessage, response: ServerResponse): void {
    if (url === '/') {
      const { body, headers } = this.#page;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(`<!doctype html><html lang="en"><head><title>A page</title></head><body>${body}</body></html>`);
    } else {
      response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    }
  }
}
