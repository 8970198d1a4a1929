import { BridgeBacklog } from './bridge-backlog.ts';
import { BridgedStreams } from './bridged-streams.ts';
import { PathCookies } from '../path-cookie.ts';
import { RelayCore } from '../relay-core.ts';
import { isStream, type LaneAddress } from '../relay-lane.ts';
import type { RelayEvent } from '../relay-messages.ts';
import type { Libc } from '../sockets/libc.ts';
import type { AddressMail, BridgeMail, RelayThreadMail, RelayThreadSetup, StreamMessage } from './thread-messages.ts';
import { ThreadPost } from './thread-post.ts';
import type { Datagram } from '../datagram.ts';
import { UdpAddress } from '../udp-address.ts';
import type { DatagramSender } from '../voice-socket.ts';

/** Packets of streams that are sent on together: as many as a socket has places for, with room for pongs. */
const STREAM_BATCH = 128;

export interface VoiceNodeSurroundings {
  readonly udp: DatagramSender;
  /** To wake up threads that wait in the system; undefined if none does. */
  readonly libc: Libc | undefined;
  /** ms, from the same moment in all threads. */
  readonly nowMs: () => number;
  readonly emit: (event: RelayEvent) => void;
}

/**
 * One thread of the relay, without what drives it: the core, and its mail from the application, the bridge and the other
 * threads. A loop gives it packets and mail, and calls `flush` when it has no more at the moment.
 */
export class VoiceNode {
  readonly core: RelayCore;
  readonly #libc: Libc | undefined;
  readonly #udp: DatagramSender;
  readonly #nowMs: () => number;
  readonly #emit: (event: RelayEvent) => void;
  readonly #streams = new BridgedStreams((mail) => this.#bridge?.send(mail));
  #bridge: ThreadPost<BridgeMail> | undefined;
  #others: readonly ThreadPost<RelayThreadMail>[] = [];

  constructor(setup: RelayThreadSetup, { udp, libc, nowMs, emit }: VoiceNodeSurroundings) {
    this.#libc = libc;
    this.#udp = udp;
    this.#nowMs = nowMs;
    this.#emit = emit;
    this.core = new RelayCore({
      udp,
      cookies: new PathCookies(setup.cookieSecret),
      thread: setup.thread,
      listener: {
        speaking: (token, speaking) => emit({ type: 'speaking', token, speaking }),
        lane: (token, lane) => {
          // All threads see it; one tells.
          if (token % setup.threads === setup.thread) emit({ type: 'lane', token, lane });
        },
        bound: (token, at, sequence) => this.#tellBound(token, at, sequence),
      },
    });
  }

  /** `nowMs` as its surroundings' clock says: asked once for what came in together. */
  receive(datagram: Datagram, from: LaneAddress, nowMs: number): void {
    this.core.receive(datagram, from, nowMs);
  }

  flush(): void {
    this.core.flush();
    this.#streams.flush();
  }

  /** Everything but `stop`, which is for what drives the node. */
  handle(mail: Exclude<RelayThreadMail, { type: 'stop' }>): void {
    switch (mail.type) {
      case 'open':
        this.core.open(mail.session, mail.shared, this.#nowMs());
        return;
      case 'update':
        this.core.update(mail.token, mail);
        return;
      case 'close':
        this.core.close(mail.token);
        return;
      case 'configure':
        this.core.configure(mail.roomId, mail.settings, this.#nowMs());
        return;
      case 'whisper':
        this.core.openWhisper(mail.target);
        return;
      case 'addWhisperListener':
        this.core.addWhisperListener(mail.target, mail.listener);
        return;
      case 'removeWhisperListener':
        this.core.removeWhisperListener(mail.target, mail.listener);
        return;
      case 'endWhisper':
        this.core.closeWhisper(mail.token);
        return;
      case 'report':
        this.#emit({ type: 'report', report: this.core.report() });
        return;
      case 'streamMessages':
        this.#takeStreamMessages(mail.messages);
        return;
      case 'streamClosed':
        this.core.streamClosed(this.#streams.get(mail.stream));
        this.#streams.forget(mail.stream);
        return;
      case 'bound':
        this.core.boundElsewhere(mail.token, this.#addressOf(mail.at), mail.sequence, this.#nowMs());
        return;
      case 'connect':
        this.#bridge = new ThreadPost(mail.bridge.port, mail.bridge.wake, this.#libc);
        this.#streams.connect(new BridgeBacklog(mail.bridge.backlog));
        this.#others = mail.others.map(({ port, wake }) => new ThreadPost(port, wake, this.#libc));
    }
  }

  #takeStreamMessages(messages: readonly StreamMessage[]): void {
    const nowMs = this.#nowMs();
    for (const [index, { stream, bytes }] of messages.entries()) {
      this.receive(this.#udp.place(bytes), this.#streams.get(stream), nowMs);
      if (index % STREAM_BATCH === STREAM_BATCH - 1) this.core.flush();
    }
    this.flush();
  }

  #tellBound(token: number, at: LaneAddress, sequence: number): void {
    if (isStream(at)) {
      const stream = this.#streams.numberOf(at);
      if (stream !== undefined) this.#bridge?.send({ type: 'streamBound', stream, token, sequence });
      return;
    }
    if (this.#others.length === 0) return;
    const mail = { type: 'bound', token, at: { words: at.toWords() }, sequence } as const;
    for (const other of this.#others) other.send(mail);
  }

  #addressOf(at: AddressMail): LaneAddress {
    return 'stream' in at ? this.#streams.get(at.stream) : new UdpAddress(...at.words);
  }
}
