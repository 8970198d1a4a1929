import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import { isApiData } from '../api/paths.ts';

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

const PAGE = /\.html?$/i;

/** The dashboard at `/admin/` does less: no codec, no sockets; and no page may lay it under a person's clicks. */
const ADMIN_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the built pages at `/` and `/admin/`, and the code that other pages embed, which is public. */
export function servePage(app: NestExpressApplication, webRoot: string, allowedOrigins: readonly string[]): void {
  const policy = pagePolicy(allowedOrigins);
  app.disable('x-powered-by');
  // The page holds no secret beside what a stranger chose, so lengths tell nothing (BREACH). An answer of the API may.
  app.use(
    compression({
      filter: (request, response) => !isApiData(request.originalUrl) && compression.filter(request, response),
    }),
  );
  app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    // No address has one (RFC 3986), and in `Location` it is read as a slash: `/\\host/..` would lead to another server.
    if (request.url?.includes('\\') === true) response.writeHead(400).end();
    else next();
  });
  const adminRoot = join(webRoot, 'admin', sep);
  app.useStaticAssets(webRoot, {
    index: 'index.html',
    setHeaders: (response: ServerResponse, path: string) => {
      if (path === join(webRoot, 'index.html')) {
        response.setHeader('Content-Security-Policy', policy);
        response.setHeader(
          'Permissions-Policy',
          'microphone=(self), speaker-selection=(self), camera=(), geolocation=()',
        );
      } else if (path.startsWith(adminRoot) || PAGE.test(path)) {
        // Any other page, too: where case does not matter, this may be one of the two by another name.
        response.setHeader('Content-Security-Policy', ADMIN_POLICY);
        response.setHeader('X-Frame-Options', 'DENY');
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
        response.setHeader('Permissions-Policy', 'microphone=(), camera=(), geolocation=()');
      } else {
        response.setHeader('Access-Control-Allow-Origin', '*');
        response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      }
      const isHashed = path.includes('/assets/') && HASHED.test(path);
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
