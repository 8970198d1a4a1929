import * as v from 'valibot';
import { named } from '../api/named.ts';
import { pageQuery } from '../api/page.ts';
import { TEST_EVENT, WEBHOOK_EVENTS } from './webhook-events.ts';

const MAX_NAME_LENGTH = 64;
const MAX_URL_LENGTH = 2_048;

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'not empty'),
  v.maxLength(MAX_NAME_LENGTH, `at most ${MAX_NAME_LENGTH} characters`),
);
const url = v.pipe(
  v.string(),
  v.maxLength(MAX_URL_LENGTH, `at most ${MAX_URL_LENGTH} characters`),
  v.check(isWebAddress, 'an address that begins with https:// or http://, without a user name'),
  v.description('Begins with https:// or http://. Not on this machine or its network, unless the server allows that.'),
);
const event = v.picklist(WEBHOOK_EVENTS, `one of ${WEBHOOK_EVENTS.join(', ')}`);
const events = v.pipe(
  v.array(event),
  v.minLength(1, 'at least one event'),
  v.maxLength(WEBHOOK_EVENTS.length, 'each event once'),
  v.check((list) => new Set(list).size === list.length, 'each event once'),
);

export const newWebhook = named(
  'NewWebhook',
  v.strictObject({ name, url, events, enabled: v.optional(v.boolean(), true) }),
);
export const webhookChanges = named(
  'WebhookChanges',
  v.partial(v.strictObject({ name, url, events, enabled: v.boolean() })),
);

const WEBHOOK = {
  id: v.string(),
  name: v.string(),
  url: v.string(),
  events: v.array(event),
  enabled: v.boolean(),
  createdAt: v.number(),
};
export const webhookView = named('Webhook', v.object(WEBHOOK));
export type WebhookView = v.InferOutput<typeof webhookView>;

export const madeWebhook = named(
  'MadeWebhook',
  v.object({
    ...WEBHOOK,
    secret: v.pipe(v.string(), v.description('The key of the signatures. It is told here and never again.')),
  }),
);
export type MadeWebhook = v.InferOutput<typeof madeWebhook>;

export const deliveryView = named(
  'WebhookDelivery',
  v.object({
    id: v.string(),
    event: v.picklist([...WEBHOOK_EVENTS, TEST_EVENT]),
    status: v.picklist(['waiting', 'delivered', 'failed']),
    attempts: v.number(),
    nextAttemptAt: v.nullable(v.number()),
    responseStatus: v.pipe(
      v.nullable(v.number()),
      v.description('The HTTP status of the last answer, if there was one.'),
    ),
    failure: v.pipe(v.nullable(v.string()), v.description('Why the last attempt failed, in a sentence.')),
    body: v.pipe(v.string(), v.description('The JSON that is sent.')),
    createdAt: v.number(),
    deliveredAt: v.nullable(v.number()),
  }),
);
export type DeliveryView = v.InferOutput<typeof deliveryView>;

export const deliveriesQuery = v.strictObject(pageQuery(v.tuple([v.string()])));
export type DeliveriesQuery = v.InferOutput<typeof deliveriesQuery>;

/** What could not be resolved anyway is not looked at here: `WebhookSender` judges addresses when it connects. */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
