import type { Channel, ControlEvent, Member, OwnPermissions, Welcome } from '@switchboard/protocol';

/** What a client knows after its welcome and some events, without any cleverness: whatever does not fit is an error. */
export class Picture {
  readonly selfId: string;
  readonly channels = new Map<string, Channel>();
  readonly members = new Map<string, Member>();
  readonly speaking = new Set<string>();
  own: OwnPermissions;
  /** Where it is, as far as it was told without asking. */
  place: string | null = null;

  constructor({ self, channels, members, permissions, channelPermissions }: Welcome) {
    this.selfId = self.id;
    for (const channel of channels) this.channels.set(channel.id, channel);
    for (const member of members) this.members.set(member.id, member);
    this.own = { permissions, channelPermissions };
  }

  take(event: ControlEvent): void {
    switch (event.type) {
      case 'channel.created':
        if (this.channels.has(event.data.channel.id)) throw new Error('a channel was made twice');
        this.channels.set(event.data.channel.id, event.data.channel);
        break;
      case 'channel.updated':
        this.#known(this.channels, event.data.channel.id);
        this.channels.set(event.data.channel.id, event.data.channel);
        break;
      case 'channel.deleted':
        this.#known(this.channels, event.data.channelId);
        this.channels.delete(event.data.channelId);
        for (const [id, member] of this.members) {
          if (member.channelId === event.data.channelId) this.members.set(id, { ...member, channelId: null });
        }
        break;
      case 'member.joined':
        if (this.members.has(event.data.member.id)) throw new Error('a member came twice');
        this.members.set(event.data.member.id, event.data.member);
        break;
      case 'member.updated':
        this.#known(this.members, event.data.member.id);
        this.members.set(event.data.member.id, event.data.member);
        break;
      case 'member.moved': {
        const { memberId, channelId } = event.data;
        if (channelId !== null) this.#known(this.channels, channelId);
        this.members.set(memberId, { ...this.#known(this.members, memberId), channelId });
        break;
      }
      case 'member.left':
        this.#known(this.members, event.data.memberId);
        this.members.delete(event.data.memberId);
        this.speaking.delete(event.data.memberId);
        break;
      case 'member.speaking':
        if (event.data.speaking) this.speaking.add(event.data.memberId);
        else this.speaking.delete(event.data.memberId);
        break;
      case 'self.permissions':
        this.own = event.data;
        break;
      case 'self.moved':
        if (event.data.channelId !== null) this.#known(this.channels, event.data.channelId);
        this.place = event.data.channelId;
        break;
      default:
    }
  }

  #known<T>(things: ReadonlyMap<string, T>, id: string): T {
    const thing = things.get(id);
    if (thing === undefined) throw new Error(`${id} was never told of`);
    return thing;
  }
}
