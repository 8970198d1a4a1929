import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const EMBEDDING_PATH = '/embedding.html';

/**
 * Stands between a browser and the server's web port and notes what is asked for. A browser's own log, as tools show it, leaves out
 * the modules of worklets.
 *
 * It also hands out a page that embeds the room, by its second name: as someone else's website, of another origin.
 */
export class WebLog implements AsyncDisposable {
  readonly #server: Server;
  readonly #port: number;
  /** Paths of what was asked for, in order, each once. */
  readonly #paths = new Set<string>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  /** @param upstream gives the server's web port; asked at each request. */
  static async listen(upstream: () => number): Promise<WebLog> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a listening socket has a port');
    const log = new WebLog(server, address.port);
    server.on('request', (incoming, response) => log.#answer(incoming, response, upstream()));
    return log;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Of the website that embeds the room. */
  get embeddingOrigin(): string {
    return `http://localhost:${this.#port}`;
  }

  get embeddingUrl(): string {
    return this.embeddingOrigin + EMBEDDING_PATH;
  }

  /** What was asked for since the last time. */
  take(): string[] {
    const paths = [...this.#paths];
    this.#paths.clear();
    return paths;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(incoming: IncomingMessage, response: ServerResponse, port: number): void {
    const path = incoming.url ?? '/';
    if (path === EMBEDDING_PATH) {
      response.setHeader('Content-Type', 'text/html');
      response.end(
        `<!doctype html><script type="module" src="${this.url}/embed.js"></script><voice-room channel="Lobby"></voice-room>`,
      );
      return;
    }
    this.#paths.add(path);
    const { method, headers } = incoming;
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }
}
