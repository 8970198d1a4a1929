import {
  ControlConnection,
  nodeClock,
  nodeLanes,
  openControlSocket,
  VoiceKeys,
  VoiceLanes,
  type Outcome,
} from '@switchboard/client/headless';
import {
  CLOSE_CODES,
  decodePong,
  encodePing,
  hexToBytes,
  HOP_KEY_BYTES,
  isControl,
  MAX_PACKET_BYTES,
  PROTOCOL_VERSION,
  readFlags,
  sealVoicePacket,
  sipHashKey,
  type ControlEvent,
  type Pong,
  type ReplyData,
  type VoiceGrant,
} from '@switchboard/protocol';
import type { BotsSetup } from './bots-messages.ts';
import type { SpokenFrame } from './made-speech.ts';
import type { SpokenPackets } from './spoken-packets.ts';
import { NO_TRAFFIC, type Traffic } from './traffic.ts';

const SAMPLES_PER_FRAME = 960;
const US_PER_MS = 1_000;
/** Pings whose answer may still come. */
const PINGS_KEPT = 8;

/** What the bots have in common. */
export interface BotSurroundings {
  readonly setup: BotsSetup;
  readonly speech: readonly SpokenFrame[];
  readonly spoken: SpokenPackets;
  /** A voice packet has reached a bot. */
  readonly heard: (packet: Uint8Array, keys: VoiceKeys) => void;
}

/** In the room: what a join brought. */
interface Voice {
  readonly token: number;
  readonly hopKey: ReturnType<typeof sipHashKey>;
  readonly keys: VoiceKeys;
  readonly lanes: VoiceLanes;
}

type State =
  | { readonly is: 'arriving'; readonly connection: ControlConnection }
  | { readonly is: 'in the room'; readonly connection: ControlConnection; readonly voice: Voice }
  | { readonly is: 'gone'; readonly because: string | undefined };

/**
 * A client as people have one, without devices: a session on the control lane, a voice session, a lane by UDP. It comes once: who is
 * thrown out stays out.
 */
export class Bot {
  readonly #surroundings: BotSurroundings;
  readonly #out = new Uint8Array(MAX_PACKET_BYTES);
  /** Packets sent when the ping with this sequence left. */
  readonly #sentAtPing = new Map<number, number>();
  #state: State;
  #sent = 0;
  #heard = 0;
  /** Packets for which there was no lane any more. */
  #unsent = 0;
  #traffic: Traffic = NO_TRAFFIC;

  /** Comes in at once. */
  constructor(surroundings: BotSurroundings, token: string) {
    this.#surroundings = surroundings;
    const { controlUrl, fingerprint } = surroundings.setup;
    const trust = fingerprint === undefined ? undefined : { fingerprint };
    const connection = new ControlConnection(
      nodeClock,
      (events) => openControlSocket(new URL(controlUrl), events, trust),
      {
        opened: () => this.#hello(connection, token),
        event: (event) => this.#take(event),
        incomplete: () => this.#end('An event of the control lane got lost.'),
        lost: (code) => this.#end(`Its connection was closed (${code}).`),
      },
    );
    this.#state = { is: 'arriving', connection };
  }

  /** Whether it is in the room and has a voice lane. */
  get isPresent(): boolean {
    return this.#state.is === 'in the room' && this.#state.voice.lanes.inUse !== null;
  }

  get isGone(): boolean {
    return this.#state.is === 'gone';
  }

  /** Why it has gone; undefined while it has not, and if it was asked to. */
  get problem(): string | undefined {
    return this.#state.is === 'gone' ? this.#state.because : undefined;
  }

  /** As the relay's answers to its pings have it. */
  get traffic(): Traffic {
    return { ...this.#traffic, sent: this.#traffic.sent + this.#unsent };
  }

  /** Packets that it has handed to its lane. */
  get sent(): number {
    return this.#sent;
  }

  /** Says the next 20 ms, as soon as it can be heard. */
  say(): void {
    if (this.#state.is !== 'in the room') return;
    const { token, keys, hopKey, lanes } = this.#state.voice;
    if (lanes.inUse === null) {
      // Once it could be heard: this is what it would have said.
      if (this.#sent > 0) this.#unsent++;
      return;
    }
    const nowMs = nodeClock.nowMs();
    const { sequence, frame } = this.#surroundings.spoken.say(token, nowMs);
    const spoken = this.#surroundings.speech[frame];
    if (spoken === undefined) return;
    const { bits, key } = keys.sending(token, nowMs);
    const timestamp = (sequence * SAMPLES_PER_FRAME) >>> 0;
    const header = { token, epoch: bits, end: false, level: spoken.level, sequence, timestamp };
    const bytes = sealVoicePacket(this.#out, header, spoken.opus, key, hopKey);
    lanes.send(this.#out.slice(0, bytes));
    this.#sent++;
  }

  /** On purpose: its session ends at once. */
  leave(): void {
    this.#end(undefined);
  }

  #hello(connection: ControlConnection, token: string): void {
    const client = { name: 'stress test', version: '1' };
    const credentials = { type: 'join', token } as const;
    connection.ask('session.hello', { protocol: PROTOCOL_VERSION, client, credentials }, (welcome) => {
      if (!this.#isGood(welcome)) return;
      connection.expectAfter(welcome.data.seq);
      const { channelId } = this.#surroundings.setup;
      connection.ask('channel.join', { channelId }, (joined) => {
        if (this.#isGood(joined)) this.#enter(connection, joined.data.voice);
      });
    });
  }

  #isGood<T>(outcome: Outcome<T>): outcome is Extract<Outcome<T>, { ok: true }> {
    if (!outcome.ok) this.#end(outcome.error.message);
    return outcome.ok && this.#state.is !== 'gone';
  }

  #enter(connection: ControlConnection, grant: ReplyData<'channel.join'>['voice']): void {
    const { setup, spoken } = this.#surroundings;
    const voice = this.#voiceOf(grant);
    this.#state = { is: 'in the room', connection, voice };
    // Not everyone says the same at the same time: the loudest are chosen among them.
    spoken.begin(grant.token, grant.token % this.#surroundings.speech.length);
    voice.lanes.enter(new Map([['udp', new URL(setup.voiceUrl)]]));
  }

  #voiceOf({ token, hopKey: hopKeyHex, epoch }: VoiceGrant): Voice {
    const hopKey = sipHashKey(hexToBytes(hopKeyHex).subarray(0, HOP_KEY_BYTES));
    const keys = new VoiceKeys(epoch);
    const lanes: VoiceLanes = new VoiceLanes({
      clock: nodeClock,
      factory: nodeLanes(undefined, ['udp']),
      ping: (sequence, cookie) => {
        this.#rememberPing(sequence);
        return encodePing({ token, sequence, cookie, clockUs: Math.round(nodeClock.nowMs() * US_PER_MS) }, hopKey);
      },
      packet: (kind, bytes) => {
        if (!isControl(readFlags(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)))) {
          this.#heard++;
          this.#surroundings.heard(bytes, keys);
          return;
        }
        const pong = decodePong(bytes, hopKey);
        if (pong?.token !== token) return;
        this.#count(pong);
        lanes.pong(kind, pong.sequence, pong.cookie);
      },
      state: () => undefined,
    });
    return { token, hopKey, keys, lanes };
  }

  #rememberPing(sequence: number): void {
    this.#sentAtPing.set(sequence, this.#sent);
    this.#sentAtPing.delete(sequence - PINGS_KEPT);
  }

  /** One socket keeps the order: what was sent before the ping has been counted by the pong, or never will be. */
  #count({ sequence, received, sent: forwarded }: Pong): void {
    const sent = this.#sentAtPing.get(sequence);
    if (sent !== undefined && sent >= this.#traffic.sent)
      this.#traffic = { sent, received, forwarded, heard: this.#heard };
  }

  #take(event: ControlEvent): void {
    const { channelId } = this.#surroundings.setup;
    switch (event.type) {
      case 'voice.epoch':
        if (this.#state.is === 'in the room') this.#state.voice.keys.advance(event.data, nodeClock.nowMs());
        return;
      case 'self.moved':
        if (event.data.channelId !== channelId) this.#end('It was taken out of the channel.');
        return;
      case 'self.kicked':
      case 'self.banned':
        this.#end('It was removed from the server.');
        return;
      default:
        return;
    }
  }

  #end(because: string | undefined): void {
    const state = this.#state;
    if (state.is === 'gone') return;
    this.#state = { is: 'gone', because };
    if (state.is === 'in the room') {
      this.#surroundings.spoken.end(state.voice.token);
      state.voice.lanes.leave();
      state.voice.keys.wipe();
    }
    state.connection.close(CLOSE_CODES.normal);
  }
}
