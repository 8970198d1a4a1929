import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VERSION } from '../version.ts';
import { completed } from './complete-document.ts';
import { schemaConverter } from './json-schemas.ts';
import { apiRoutes } from './routes.ts';

const DOCS = 'api/docs';
const JSON_PATH = 'api/openapi.json';

/** Swagger UI has its styles in the page and its images in the styles. Its scripts are files; it asks this server only. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The OpenAPI 3.1 document of all routes of the API; made of what their decorators declare. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const routes = apiRoutes(new DiscoveryService(app.get(ModulesContainer)));
  const frame = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Switchboard')
    .setDescription('Administration, accounts and moderation of a Switchboard server.')
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', description: 'An access token of `/api/auth/login`, or an API key (`sbk_…`).' })
    .build();
  const document = SwaggerModule.createDocument(app, frame, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
    standardSchemaConverter: schemaConverter(),
  });
  return completed(document, routes);
}

/** Serves the document at `/api/openapi.json`, and a page to read and try it at `/api/docs`. */
export function serveDocument(app: NestExpressApplication): void {
  app.use(`/${DOCS}`, (_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('Content-Security-Policy', DOCS_POLICY);
    response.setHeader('Cache-Control', 'no-cache');
    next();
  });
  SwaggerModule.setup(DOCS, app, () => apiDocument(app), {
    jsonDocumentUrl: JSON_PATH,
    raw: ['json'],
    customSiteTitle: 'Switchboard API',
    // Its validator is another server's.
    swaggerOptions: { validatorUrl: null, persistAuthorization: false },
  });
}
