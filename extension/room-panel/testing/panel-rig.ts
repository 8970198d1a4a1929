import type { Clock } from '@switchboard/client';
import type { Message } from '@switchboard/protocol';
import type { HostEvents, HostPort } from '../page/host-link.ts';
import { PanelLink } from '../panel-link.ts';
import type { HostMessage, PageMessage } from '../panel-messages.ts';
import { FixtureCalls } from './fixture-calls.ts';
import { HandClock } from './hand-clock.ts';

/** The host's end of the room view, and an editor that notes what it is asked for. */
export class PanelRig {
  readonly calls = new FixtureCalls();
  readonly clock = new HandClock();
  /** What the page was told. */
  readonly told: HostMessage[] = [];
  readonly acts: unknown[] = [];
  readonly links: string[] = [];
  readonly codes: Message[] = [];
  readonly logged: string[] = [];
  readonly link: PanelLink;
  changes = 0;

  /** @param clock that passes by itself, where the test's own is not wanted */
  constructor(clock?: Clock) {
    this.link = new PanelLink(this.calls, clock ?? this.clock, {
      act: (act, call) => this.acts.push([act, call.status]),
      openLink: (href) => this.links.push(href),
      openCode: (message) => this.codes.push(message),
      changed: () => this.changes++,
      log: (text) => this.logged.push(text),
    });
  }

  /** Puts a page before the view that does nothing but hear. */
  listen(): void {
    this.link.attach((message) => this.told.push(acrossTheLine(message)));
    this.link.receive({ type: 'ready' });
  }

  /** What a page was told of one kind. */
  of<T extends HostMessage['type']>(type: T): Extract<HostMessage, { readonly type: T }>[] {
    return this.told.filter((message): message is Extract<HostMessage, { readonly type: T }> => message.type === type);
  }

  /** The line of a page: what is sent arrives at once, as the editor carries it. */
  port(saved: unknown = null): HostPort & { saved: unknown; readonly sent: PageMessage[] } {
    const { link, told } = this;
    const sent: PageMessage[] = [];
    return {
      saved,
      sent,
      post: (message) => {
        sent.push(message);
        link.receive(acrossTheLine(message));
      },
      listen: (listener) => {
        link.attach((message) => {
          const arrived = acrossTheLine(message);
          told.push(arrived);
          listener(arrived);
        });
        return () => link.detach();
      },
      load() {
        return this.saved;
      },
      save(value) {
        this.saved = acrossTheLine(value);
      },
    };
  }
}

/** The editor carries JSON, and beside it the bytes of typed arrays. */
export function acrossTheLine<T>(message: T): T {
  const carried: Uint8Array[] = [];
  const json = JSON.stringify(message, (_, value: unknown) =>
    value instanceof Uint8Array ? { carried: carried.push(value.slice()) - 1 } : value,
  );
  return JSON.parse(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'carried' in value ? carried[Number(value.carried)] : value,
  ) as T;
}

export const NO_EVENTS: HostEvents = { changed: () => undefined, show: () => undefined };
