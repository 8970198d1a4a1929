import { SetMetadata } from '@nestjs/common';
import type { CheckedRequestData, ReplyData, RequestType } from '@switchboard/protocol';
import type { Session } from '../presence/session.ts';

export const REQUEST_TYPE = 'switchboard:request-type';

/** A reply that says just that it is done. */
export type Nothing = Record<string, never>;

/** What a session asks, and what it is answered. Throws a SwitchboardError to refuse. */
export type RequestHandler<T extends RequestType> = (
  session: Session,
  data: CheckedRequestData<T>,
) => ReplyData<T> | Promise<ReplyData<T>>;

/** Marks the method that answers requests of this type; any provider may have one. The compiler holds it to the schema. */
export function OnRequest<T extends RequestType>(type: T) {
  return <H extends RequestHandler<T>>(target: object, key: string, descriptor: TypedPropertyDescriptor<H>): void => {
    SetMetadata(REQUEST_TYPE, type)(target, key, descriptor);
  };
}
