import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import { ACCESS, type Access } from './access.ts';
import { ANSWER, type DeclaredAnswer } from './api-response.ts';
import { OWN_ORIGIN } from './own-origin.guard.ts';
import { isApiPath } from './paths.ts';

/** A route of the REST API, and what its decorators declare. */
export interface ApiRoute {
  /** The method's name: the operation's id in the document, and so the name in the generated client. */
  readonly name: string;
  readonly method: string;
  /** As the router takes it: `/api/users/:id`. */
  readonly path: string;
  readonly access: Access;
  readonly answer: DeclaredAnswer;
  readonly isForOwnPage: boolean;
}

type Handler = (...parameters: never[]) => unknown;

/**
 * All routes below `/api`, as their decorators declare them.
 * @throws Error that names the route whose declaration lacks something, or whose name is taken.
 */
export function apiRoutes(discovery: DiscoveryService): ApiRoute[] {
  const routes = discovery.getControllers().flatMap(({ metatype }) => {
    return typeof metatype === 'function' ? routesOf(metatype as Type) : [];
  });
  const names = new Set<string>();
  for (const { name, method, path } of routes) {
    if (names.has(name)) throw new Error(`two routes of the API are called ${name}; one is ${method} ${path}`);
    names.add(name);
  }
  return routes;
}

function routesOf(controller: Type): ApiRoute[] {
  const prototype = controller.prototype as Record<string, Handler>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    return handler === undefined ? [] : pathsOf(controller, handler).map((path) => routeOf(name, path, handler));
  });
}

function routeOf(name: string, path: string, handler: Handler): ApiRoute {
  const method = RequestMethod[declared(METHOD_METADATA, handler) as RequestMethod];
  const access = declared(ACCESS, handler) as Access | undefined;
  const answer = declared(ANSWER, handler) as DeclaredAnswer | undefined;
  const route = `${method} ${path} (${name})`;
  if (access === undefined)
    throw new Error(`${route} does not say whom it is for: Requires, RequiresAccount or Public`);
  if (answer === undefined) {
    throw new Error(`${route} does not say what it answers: Answers, AnswersNothing or AnswersFile`);
  }
  if (access.kind === 'permission' && access.channelParameter !== undefined) {
    const parameter = `:${access.channelParameter}`;
    if (!path.split('/').includes(parameter))
      throw new Error(`${route} has no ${parameter} to look for permissions in`);
  }
  const isForOwnPage = declared(OWN_ORIGIN, handler) === true;
  return { name, method: method.toLowerCase(), path, access, answer, isForOwnPage };
}

function declared(key: string, handler: Handler): unknown {
  return Reflect.getMetadata(key, handler);
}

/** Whether what this controller answers is the API. */
export function isApiController(controller: Type): boolean {
  return partsOf(Reflect.getMetadata(PATH_METADATA, controller)).some(isApiPath);
}

/** Those below `/api` alone. */
function pathsOf(controller: Type, handler: Handler): string[] {
  const own: unknown = Reflect.getMetadata(PATH_METADATA, handler);
  if (own === undefined) return [];
  const bases = partsOf(Reflect.getMetadata(PATH_METADATA, controller));
  return bases.flatMap((base) => partsOf(own).map((part) => joined(base, part))).filter(isApiPath);
}

function partsOf(path: unknown): string[] {
  return [path].flat().filter((part) => typeof part === 'string');
}

function joined(...paths: readonly string[]): string {
  const parts = paths.flatMap((path) => path.split('/')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
