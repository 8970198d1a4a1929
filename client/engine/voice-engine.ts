import {
  FLAG_CONTROL,
  FLAGS_OFFSET,
  FRAME_SAMPLES,
  SwitchboardError,
  type LaneKind,
  type VoiceMember,
  type WhisperGrant,
} from '@switchboard/protocol';
import type { VoiceCodec } from '../audio/codec.ts';
import { DEFAULT_VOICE_ACTIVATION } from '../audio/gate.ts';
import { VoiceUplink, type UplinkPacket } from '../audio/uplink.ts';
import { laneAddress } from '../lanes/lane-address.ts';
import type { LaneFactory } from '../lanes/lane.ts';
import { VoiceLanes } from '../lanes/voice-lanes.ts';
import type { Clock } from '../platform/platform.ts';
import type { FrameLine } from '../plugins/frame-line.ts';
import { ClipPlayer } from './clip-player.ts';
import { Earpiece } from './earpiece.ts';
import { EchoTest } from './echo-test.ts';
import { EngineFigures } from './engine-figures.ts';
import type { EngineCommand, EngineEvent } from './engine-messages.ts';
import { EnginePlugins } from './engine-plugins.ts';
import { gateConfigOf } from './gate-config.ts';
import { LevelMeter, peakOf } from './level-meter.ts';
import { Speaker } from './speaker.ts';
import { TalkWatch } from './talk-watch.ts';
import { UplinkRoute } from './uplink-route.ts';
import { VoiceRoom } from './voice-room.ts';
import { warmUp } from './warm-up.ts';

const STATS_INTERVAL_MS = 1_000;
/** The bitrate until a room says what it wants. */
const INITIAL_BITRATE_BPS = 32_000;

export interface VoiceEngineOptions {
  readonly clock: Clock;
  readonly codec: VoiceCodec;
  readonly lanes: LaneFactory;
  readonly emit: (event: EngineEvent) => void;
}

/**
 * The voice engine: microphone frames in, packets out; packets in, frames for the loudspeaker out. Commands say in which
 * room and with whom. Neither bytes from outside nor the order of commands make it throw.
 */
export class VoiceEngine {
  /**
   * Settled once the codec is loaded and has run for the first time; the host waits for it.
   * Rejects with SwitchboardError `client.audio_failed`.
   */
  readonly ready: Promise<void>;
  readonly #clock: Clock;
  readonly #codec: VoiceCodec;
  readonly #emit: (event: EngineEvent) => void;
  readonly #factory: LaneFactory;
  readonly #lanes: VoiceLanes;
  readonly #earpiece = new Earpiece();
  readonly #echo: EchoTest;
  readonly #echoed = (samples: Float32Array): void => this.#echo.captured(samples);
  readonly #meter = new LevelMeter();
  readonly #figures = new EngineFigures();
  readonly #talk: TalkWatch;
  readonly #plugins: EnginePlugins;
  readonly #clips = new ClipPlayer();
  readonly #route = new UplinkRoute(DEFAULT_VOICE_ACTIVATION);
  /** For the next `render`. */
  readonly #frames: Float32Array[] = [];
  readonly #volumes = new Map<string, number>();
  #room: VoiceRoom | undefined;
  #uplink: VoiceUplink | undefined;
  #freeEncoder: (() => void) | undefined;
  #cancelStats: (() => void) | undefined;
  #closed = false;
  #bitrateBps = INITIAL_BITRATE_BPS;
  #muted = false;
  #deafened = false;

  constructor(options: VoiceEngineOptions) {
    this.#clock = options.clock;
    this.#codec = options.codec;
    this.#emit = options.emit;
    this.#factory = options.lanes;
    this.#lanes = new VoiceLanes({
      clock: options.clock,
      factory: options.lanes,
      ping: (sequence, cookie) => this.#room?.ping(sequence, cookie, this.#clock.nowMs()) ?? new Uint8Array(0),
      packet: (kind, bytes) => this.#received(kind, bytes),
      state: (lane) => this.#emit({ type: 'lane', lane }),
    });
    this.#echo = new EchoTest(options.clock, () => {
      this.#followEcho();
      this.#emit({ type: 'echo.ended' });
    });
    this.#talk = new TalkWatch(options.clock, {
      talking: (speaking) => this.#emit({ type: 'self.speaking', speaking }),
      starved: () => {
        this.#uplink?.endSpurt();
        this.#followTalking();
      },
    });
    this.#plugins = new EnginePlugins(options.clock, (work) => {
      const startedAtMs = this.#clock.nowMs();
      work();
      this.#moved(startedAtMs);
    });
    this.ready = this.#loadCodec();
  }

  handle(command: EngineCommand): void {
    switch (command.type) {
      case 'enter':
        this.#enter(command);
        return;
      case 'leave':
        this.#leave();
        return;
      case 'hurry':
        this.#lanes.hurry();
        return;
      case 'member.add':
        this.#add(command);
        return;
      case 'member.remove':
        this.#room?.downlink.remove(command.memberId);
        return;
      case 'epoch':
        if (command.epoch.channelId !== this.#room?.channelId) return;
        this.#room.keys.advance(command.epoch, this.#clock.nowMs());
        this.#room.downlink.retryHeld(this.#clock.nowMs());
        return;
      case 'audio':
        this.#setBitrate(command.audio.bitrateBps);
        return;
      case 'self':
        this.#muted = command.muted;
        this.#deafened = command.deafened;
        if (command.muted) this.#route.press(false);
        this.#applyMute();
        return;
      case 'volume':
        this.#setVolume(command.memberId, command.gain);
        return;
      case 'activation':
        this.#route.setGate(gateConfigOf(command.activation));
        return;
      case 'talk':
        this.#route.press(command.pressed);
        return;
      case 'typing':
        this.#uplink?.setTyping(command.typing);
        return;
      case 'echo':
        this.#testEcho(command.on);
        return;
      case 'plugins':
        this.#plugins.use(command.captured, command.received);
        return;
      case 'clip':
        if (this.#room !== undefined && !this.#muted && !this.#echo.on) this.#clips.play(command.samples);
        return;
      case 'whisper.target':
        this.#room?.targets.set(command.target, this.#clock.nowMs());
        return;
      case 'whisper.listen':
        this.#listen(command.grant);
        return;
      case 'whisper.forget':
        this.#room?.targets.forget(command.targetToken);
        this.#room?.downlink.forgetWhisper(command.targetToken);
        return;
      case 'whisper.start':
        this.#route.whisper(command.targetToken);
        this.#followTalking();
        return;
      case 'whisper.stop':
        this.#route.release();
        return;
    }
  }

  /** A plugin's sandbox is there. @param stuck it missed too many frames in a row, and is given none any more; told once. */
  attachSandbox(sandboxId: number, line: FrameLine, stuck: () => void): void {
    this.#plugins.attach(sandboxId, line, stuck);
  }

  /** It has ended. */
  detachSandbox(sandboxId: number): void {
    this.#plugins.detach(sandboxId);
  }

  /** @param frame 960 samples of the microphone; the caller's again afterwards. Anything else is ignored. */
  captured(frame: Float32Array): void {
    if ((this.#room === undefined && !this.#echo.on) || frame.length !== FRAME_SAMPLES) return;
    const startedAtMs = this.#clock.nowMs();
    this.#talk.captured(startedAtMs);
    const peak = peakOf(frame);
    this.#figures.captured(peak);
    const dbfs = this.#meter.push(peak);
    if (dbfs !== undefined) this.#emit({ type: 'level', dbfs });
    this.#uplink?.push(frame);
    this.#moved(startedAtMs);
  }

  /** Writes the next 960 samples for the loudspeaker. */
  render(out: Float32Array): void {
    const startedAtMs = this.#clock.nowMs();
    this.#plugins.received.tick();
    this.#room?.downlink.sweep(startedAtMs);
    this.#room?.downlink.pull(this.#frames);
    this.#renderClip(startedAtMs);
    // Who does not listen does not fall behind either: the buffers are drained all the same.
    out.set(this.#earpiece.mix(this.#frames, this.#echo.next(), this.#deafened));
    this.#frames.length = 0;
    this.#figures.rendered();
    this.#figures.cost(this.#clock.nowMs() - startedAtMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#leave();
    this.#closed = true;
    this.#plugins.close();
    this.#uplink = undefined;
    this.#freeEncoder?.();
  }

  async #loadCodec(): Promise<void> {
    let encoder;
    try {
      await warmUp(this.#codec);
      encoder = await this.#codec.createEncoder({ bitrateBps: this.#bitrateBps });
    } catch (cause) {
      throw new SwitchboardError('client.audio_failed', undefined, { cause });
    }
    if (this.#closed) {
      encoder.free();
      return;
    }
    const uplink = new VoiceUplink({
      encoder,
      sink: (packet) => this.#send(packet),
      filter: this.#plugins.captured,
    });
    uplink.setBitrate(this.#bitrateBps);
    this.#route.attach(uplink);
    this.#clips.attach(uplink);
    this.#uplink = uplink;
    this.#applyMute();
    this.#freeEncoder = () => encoder.free();
  }

  #enter({ grant, controlHost, secure }: Extract<EngineCommand, { type: 'enter' }>): void {
    if (this.#closed) return;
    this.#leaveRoom();
    this.#room = new VoiceRoom(grant);
    this.#setBitrate(grant.audio.bitrateBps);
    for (const member of grant.members) this.#add(member);
    for (const whisper of grant.whispers) this.#listen(whisper);
    const addresses = new Map<LaneKind, URL>();
    for (const kind of this.#factory.kinds) {
      const address = laneAddress(kind, grant.lanes, controlHost, secure);
      if (address !== undefined) addresses.set(kind, address);
    }
    this.#lanes.enter(addresses);
    this.#meter.reset();
    this.#figures.reset();
    this.#tellStatsLater();
  }

  #leave(): void {
    this.#leaveRoom();
    this.#lanes.leave();
  }

  #leaveRoom(): void {
    this.#cancelStats?.();
    this.#cancelStats = undefined;
    this.#testEcho(false);
    // A talk key held down, or one whose release got lost, does not speak in the next room.
    this.#route.press(false);
    this.#clips.stop();
    // Its last words still go out under the old token.
    this.#uplink?.endSpurt();
    this.#route.leave();
    this.#followTalking();
    if (this.#room !== undefined) this.#frames.push(...this.#room.close());
    this.#room = undefined;
  }

  #add({ memberId, token }: VoiceMember): void {
    const room = this.#room;
    if (room === undefined || token === room.token) return;
    const speaker = this.#speaker({ memberId, token }, (speaking) =>
      this.#emit({ type: 'speaking', memberId, speaking }),
    );
    room.downlink.add(speaker, this.#clock.nowMs());
  }

  #listen(grant: WhisperGrant): void {
    const room = this.#room;
    if (room === undefined || grant.token === room.token) return;
    const { memberId } = grant;
    const makeSpeaker = () =>
      this.#speaker(grant, (whispering) => this.#emit({ type: 'whispering', memberId, whispering }));
    room.downlink.listen(grant, makeSpeaker, this.#clock.nowMs());
  }

  #speaker(member: VoiceMember, onSpeaking: (speaking: boolean) => void): Speaker {
    const volume = this.#volumes.get(member.memberId) ?? 1;
    const number = this.#room?.downlink.numberOf(member.memberId) ?? 1;
    const filter = this.#plugins.received.stream(number);
    return new Speaker(member, { codec: this.#codec, volume, onSpeaking, number, filter });
  }

  #setVolume(memberId: string, gain: number): void {
    if (!Number.isFinite(gain)) return;
    this.#volumes.set(memberId, gain);
    this.#room?.downlink.setVolume(memberId, gain);
  }

  #setBitrate(bitrateBps: number): void {
    this.#bitrateBps = bitrateBps;
    this.#uplink?.setBitrate(bitrateBps);
  }

  #send(packet: UplinkPacket): void {
    // Without a lane nothing is numbered: what was said meanwhile is a pause to the others, not loss.
    const bytes =
      this.#lanes.inUse === null ? undefined : this.#room?.seal(packet, this.#route.destination, this.#clock.nowMs());
    if (bytes !== undefined) {
      this.#lanes.send(bytes);
      this.#figures.sent();
    }
    this.#route.sent(packet.end);
  }

  #received(kind: LaneKind, bytes: Uint8Array): void {
    const room = this.#room;
    if (room === undefined || bytes.length === 0) return;
    const nowMs = this.#clock.nowMs();
    if (((bytes[FLAGS_OFFSET] ?? 0) & FLAG_CONTROL) === 0) {
      this.#figures.arrived();
      room.voice(bytes, nowMs);
      return;
    }
    const pong = room.pong(kind, bytes, nowMs);
    if (pong !== undefined) this.#lanes.pong(kind, pong.sequence, pong.cookie);
  }

  #testEcho(on: boolean): void {
    if (on && !this.#closed) this.#echo.start();
    else this.#echo.stop();
    this.#followEcho();
  }

  #followEcho(): void {
    if (this.#room === undefined) this.#meter.reset();
    this.#applyMute();
  }

  /** What is said to oneself, to hear how it sounds, is a pause to the others. */
  #applyMute(): void {
    if (this.#muted || this.#echo.on) this.#clips.stop();
    this.#uplink?.setMuted(this.#muted);
    this.#uplink?.setEcho(this.#echo.on ? this.#echoed : undefined);
    this.#followTalking();
  }

  #followTalking(): void {
    this.#talk.follow(this.#uplink?.talking ?? false);
  }

  #renderClip(nowMs: number): void {
    // Where there is no microphone, what is sent of a clip keeps time with the loudspeaker.
    if (!this.#talk.captures(nowMs) && this.#clips.pushAlone()) {
      this.#talk.fed(nowMs);
      this.#followTalking();
    }
    const own = this.#clips.next();
    if (own !== undefined) this.#frames.push(own);
  }

  /** Captured frames got on, since then. */
  #moved(sinceMs: number): void {
    this.#followTalking();
    this.#figures.cost(this.#clock.nowMs() - sinceMs);
  }

  #tellStatsLater(): void {
    this.#cancelStats = this.#clock.after(STATS_INTERVAL_MS, () => {
      const room = this.#room;
      if (room === undefined) return;
      room.downlink.sweep(this.#clock.nowMs());
      const stats = this.#figures.take(room, this.#lanes.inUse, this.#plugins.takeStats());
      this.#emit({ type: 'stats', stats });
      this.#tellStatsLater();
    });
  }
}
