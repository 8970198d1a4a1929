/*
 * The WHATWG URL is in every machine the client runs on, but in no TypeScript library without the DOM or Node's own.
 * Just what the neutral code uses.
 */

interface URL {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

declare const URL: {
  new (url: string | URL, base?: string | URL): URL;
  canParse(url: string | URL, base?: string | URL): boolean;
};
