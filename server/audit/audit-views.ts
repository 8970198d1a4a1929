import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.ts';
import { accountActor } from '../access/actor.ts';
import type { Caller } from '../api/caller.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import type { AuditEntry } from './audit-entry.entity.ts';
import type { AuditEntryView } from './audit.schemas.ts';

/** Beside the id of a channel, what it is called. */
const NAMES_OF_CHANNELS = ['channel', 'name', 'topic'];

/** Entries as a reader may see them: an address is for who may ban, a channel for who sees it. That something was done, all readers see. */
@Injectable()
export class AuditViews {
  readonly #access: AccessService;
  readonly #channels: ChannelsService;

  constructor(access: AccessService, channels: ChannelsService) {
    this.#access = access;
    this.#channels = channels;
  }

  /** For a page of entries: what the reader may see is looked up once. */
  for(reader: Caller): (entry: AuditEntry) => AuditEntryView {
    // A key is not told what it may do; what there is for its maker, there is for it.
    const person = accountActor(reader.userId, reader.nickname);
    const hidden = this.#channels.channels.map(({ id }) => id).filter((id) => !this.#access.may(person, 'see', id));
    const unseen = new Set(hidden);
    const seesAddresses = this.#access.may(reader, 'member.ban');
    return ({ id, at, actorId, actorName, action, targetId, targetName, detail }) => {
      const isUnseen = targetId !== null && unseen.has(targetId);
      return {
        id,
        at,
        actorId,
        actorName,
        action,
        targetId: isUnseen ? null : targetId,
        targetName: isUnseen ? '' : targetName,
        detail: isUnseen ? {} : withoutAddress(withoutChannels(detail, unseen), seesAddresses),
      };
    };
  }
}

function withoutAddress({ address, ...detail }: Record<string, unknown>, sees: boolean): Record<string, unknown> {
  return address === undefined ? detail : { ...detail, address: sees ? address : null };
}

/** The ids of these channels are null, at whatever depth, and so is what else tells them apart. */
function withoutChannels(detail: Record<string, unknown>, unseen: ReadonlySet<string>): Record<string, unknown> {
  if (unseen.size === 0) return detail;
  const isHidden = (value: unknown): boolean => typeof value === 'string' && unseen.has(value);
  const tells = Object.values(detail).some(isHidden);
  const shown = (name: string, value: unknown): unknown => {
    if (isHidden(value) || (tells && NAMES_OF_CHANNELS.includes(name))) return null;
    if (Array.isArray(value)) return value.map((each: unknown) => shown('', each));
    return isRecord(value) ? withoutChannels(value, unseen) : value;
  };
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, shown(name, value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
