import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../app.module.ts';
import { ServerConfig } from '../config/server-config.ts';
import { ServerCertificate } from '../tls/server-certificate.ts';
import { apiDocument } from './openapi.ts';

/** The OpenAPI document of this version, without a server: nothing is constructed, opened or stored. */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const config = ServerConfig.from({});
  const certificate = await ServerCertificate.load(config, 0);
  const app = await NestFactory.create(AppModule.with(config, certificate), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return apiDocument(app);
}
