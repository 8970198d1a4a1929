import { Injectable } from '@nestjs/common';
import { encodeEvent, type Channel, type ControlEvent } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import type { Person } from '../access/actor.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import type { Session } from './session.ts';
import type { View } from './view.ts';

/** One change as it is told to many: each text is encoded once. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  of(event: ControlEvent): string {
    const data = event.type === 'channel.created' || event.type === 'channel.updated' ? event.data.channel : undefined;
    if (data === undefined) return encodeEvent(event);
    const key = `${event.type} ${data.id} ${data.parentId ?? ''}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = encodeEvent(event);
    this.#texts.set(key, text);
    return text;
  }
}

/**
 * Which channels exist for whom. One that somebody may not see is neither in their welcome nor in their events; what lies below it, and may be
 * seen, is shown below the nearest one that may. Where one is, one sees, whoever put one there.
 */
@Injectable()
export class ViewsService {
  readonly #access: AccessService;
  readonly #channels: ChannelsService;

  constructor(access: AccessService, channels: ChannelsService) {
    this.#access = access;
    this.#channels = channels;
  }

  /** @param channelId where the person is. */
  viewOf(person: Person, channelId: string | null): View {
    const seen = new Set<string>();
    for (const { id } of this.#channels.channels) {
      if (id === channelId || this.#access.may(person, 'see', id)) seen.add(id);
    }
    return new Map([...seen].map((id) => [id, this.#nearestAbove(id, seen)]));
  }

  /** As the welcome has them. */
  channelsIn(view: View): Channel[] {
    return this.#channels.channels.filter(({ id }) => view.has(id)).map((channel) => shownIn(view, channel));
  }

  /**
   * Tells a session what is different from what it has been told: channels that have come or gone, those that have changed, who of
   * the others is in them, and what it may do.
   */
  refresh(
    session: Session,
    others: Iterable<Session>,
    { changed, texts = new SharedTexts() }: { changed?: ReadonlySet<string>; texts?: SharedTexts } = {},
  ): void {
    const before = session.view;
    const now = this.viewOf(session.identity, session.member.channelId);
    const gone = new Set([...before.keys()].filter((id) => !now.has(id)));
    const come = new Set([...now.keys()].filter((id) => !before.has(id)));
    session.view = now;
    const inThem =
      gone.size + come.size === 0 ? [] : [...others].filter((other) => other !== session).map(({ member }) => member);
    for (const { id: memberId, channelId } of inThem) {
      if (channelId === null || !gone.has(channelId)) continue;
      session.tell({ type: 'member.moved', data: { memberId, channelId: null } });
    }
    for (const channelId of gone) session.tell({ type: 'channel.deleted', data: { channelId } });
    for (const channel of this.channelsIn(now)) {
      const isNew = come.has(channel.id);
      const isOther = before.get(channel.id) !== channel.parentId || changed?.has(channel.id) === true;
      if (isNew) session.push(texts.of({ type: 'channel.created', data: { channel } }));
      else if (isOther) session.push(texts.of({ type: 'channel.updated', data: { channel } }));
    }
    for (const { id: memberId, channelId } of inThem) {
      if (channelId !== null && come.has(channelId)) {
        session.tell({ type: 'member.moved', data: { memberId, channelId } });
      }
    }
    this.#tellPermissions(session);
  }

  #tellPermissions(session: Session): void {
    const own = this.#access.ownPermissions(session.identity, session.view.keys());
    const told = JSON.stringify(own);
    if (told === session.toldPermissions) return;
    session.toldPermissions = told;
    session.tell({ type: 'self.permissions', data: own });
  }

  #nearestAbove(channelId: string, seen: ReadonlySet<string>): string | null {
    return this.#channels.pathTo(channelId).findLast((id) => id !== channelId && seen.has(id)) ?? null;
  }
}

function shownIn(view: View, channel: Channel): Channel {
  const parentId = view.get(channel.id) ?? null;
  return parentId === channel.parentId ? channel : { ...channel, parentId };
}
