import * as v from 'valibot';
import { isErrorCode, SwitchboardError, type ErrorCode } from '../errors.ts';

/** Where a server says who it is: `GET` this path on the web port. */
export const DISCOVERY_PATH = '/.well-known/switchboard.json';

export const discovery = v.object({
  switchboard: v.object({ protocol: v.number(), version: v.string() }),
  name: v.string(),
  /** The control lane: a whole address, or the port at the web address's own host. */
  control: v.object({
    url: v.optional(v.string()),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  }),
  guests: v.boolean(),
});
export type Discovery = v.InferOutput<typeof discovery>;

/** Undefined when it is not the answer of a Switchboard server. */
export function checkDiscovery(json: unknown): Discovery | undefined {
  const checked = v.safeParse(discovery, json);
  return checked.success ? checked.output : undefined;
}

const refusal = v.object({ error: v.object({ code: v.custom<ErrorCode>(isErrorCode), message: v.string() }) });
/** What is answered instead of a discovery, with the status 403: to a page of an origin that is not allowed. */
export type DiscoveryRefusal = v.InferOutput<typeof refusal>;

/** The server's no as an error; undefined when it is not the answer of a Switchboard server. */
export function checkDiscoveryRefusal(json: unknown): SwitchboardError | undefined {
  const checked = v.safeParse(refusal, json);
  return checked.success ? new SwitchboardError(checked.output.error.code, checked.output.error.message) : undefined;
}
