import type { DomainEventMap, DomainEventName } from '../common/domain-events.ts';

/** What a webhook may be told of. */
export const WEBHOOK_EVENTS = ['member.joined', 'member.left', 'message.created', 'moderation.acted'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What a test by hand sends, to whatever webhook. */
export const TEST_EVENT = 'webhook.test';

/** The name outside of what happened inside. */
export const EVENT_OF: Readonly<Record<DomainEventName, WebhookEvent>> = {
  'room.joined': 'member.joined',
  'room.left': 'member.left',
  'message.created': 'message.created',
  'moderation.acted': 'moderation.acted',
};

/** A channel as receivers are told of it; the name is as it was then. */
interface ChannelInEvent {
  readonly id: string;
  readonly name: string | null;
}

/** The `data` of what is sent. Its form is a contract: `docs/operating.md`. */
export function dataOf<K extends DomainEventName>(
  name: K,
  event: DomainEventMap[K],
  channelOf: (id: string) => ChannelInEvent,
): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'room.joined':
    case 'room.left': {
      const { person, channelId } = event as DomainEventMap['room.joined'];
      return { member: person, channel: channelOf(channelId) };
    }
    case 'message.created': {
      const { message } = event as DomainEventMap['message.created'];
      const { id, channelId, author, text, plugin, createdAt } = message;
      return { message: { id, author, text, plugin, createdAt }, channel: channelOf(channelId) };
    }
    case 'moderation.acted': {
      const { action, actor, target, channelId, detail } = event as DomainEventMap['moderation.acted'];
      return { action, actor, target, channel: channelId === null ? null : channelOf(channelId), detail };
    }
    default:
      throw new Error(`there is no event ${String(name)}`);
  }
}

/** What is sent, to the byte. `id` is that of the delivery: who gets one twice knows it by that. */
export function bodyOf(id: string, event: WebhookEvent | typeof TEST_EVENT, at: number, data: unknown): string {
  return JSON.stringify({ id, event, at, data });
}
