import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { SwitchboardError, type Request, type RequestType } from '@switchboard/protocol';
import type { Session } from '../presence/session.ts';
import { REQUEST_TYPE } from './on-request.ts';

type AnyHandler = (session: Session, data: unknown) => unknown;

/** Finds the one method for each request type among all providers (`OnRequest`). */
@Injectable()
export class RequestRouter implements OnApplicationBootstrap {
  readonly #discovery: DiscoveryService;
  readonly #scanner: MetadataScanner;
  readonly #reflector: Reflector;
  readonly #handlers = new Map<RequestType, AnyHandler>();

  constructor(discovery: DiscoveryService, scanner: MetadataScanner, reflector: Reflector) {
    this.#discovery = discovery;
    this.#scanner = scanner;
    this.#reflector = reflector;
  }

  onApplicationBootstrap(): void {
    for (const { instance } of this.#discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const methods = instance as Record<string, unknown>;
      for (const name of this.#scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        const method = methods[name];
        if (typeof method !== 'function') continue;
        const type = this.#reflector.get<RequestType | undefined>(REQUEST_TYPE, method);
        if (type === undefined) continue;
        if (this.#handlers.has(type)) throw new Error(`two methods answer ${type}`);
        this.#handlers.set(type, method.bind(instance) as AnyHandler);
      }
    }
  }

  /** @throws SwitchboardError as the method does, `protocol.unknown_type` if none answers. */
  answer(session: Session, { type, data }: Request): unknown {
    const handler = this.#handlers.get(type);
    if (handler === undefined) throw new SwitchboardError('protocol.unknown_type');
    return handler(session, data);
  }
}
