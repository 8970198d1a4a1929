import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';

/** Built files with a hash in their name never change. */
const HASHED = /[-.][A-Za-z0-9_-]{8}\.\w+(\.map)?$/;

/**
 * What the full-page app may do. No inline script; WebAssembly for the codec; sockets to the other two ports, which are other
 * origins.
 */
const pagePolicy = (mayFrame: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' ws: wss:",
    "worker-src 'self'",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${["'self'", ...mayFrame].join(' ')}`,
  ].join('; ');

/** Serves the built page at `/` and the code that other pages embed, which is public. */
export function servePage(app: NestExpressApplication, webRoot: string, allowedOrigins: readonly string[]): void {
  const policy = pagePolicy(allowedOrigins);
  app.disable('x-powered-by');
  // Nothing that is served here holds a secret beside what a stranger chose, so lengths tell nothing (BREACH).
  app.use(compression());
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    next();
  });
  app.useStaticAssets(webRoot, {
    index: 'index.html',
    setHeaders: (response: ServerResponse, path: string) => {
      if (path === join(webRoot, 'index.html')) {
        response.setHeader('Content-Security-Policy', policy);
        response.setHeader(
          'Permissions-Policy',
          'microphone=(self), speaker-selection=(self), camera=(), geolocation=()',
        );
      } else {
        response.setHeader('Access-Control-Allow-Origin', '*');
        response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      }
      const isHashed = path.includes('/assets/') && HASHED.test(path);
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
