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
import { DEFAULT_PUSH_TO_TALK, DEFAULT_VOICE_ACTIVATION, type GateConfig } from '../audio/gate.ts';
import { VoiceUplink, type UplinkPacket } from '../audio/uplink.ts';
import { laneAddress } from '../lanes/lane-address.ts';
import type { LaneFactory } from '../lanes/lane.ts';
import { VoiceLanes } from '../lanes/voice-lanes.ts';
import type { Clock } from '../platform/platform.ts';
import { Earpiece } from './earpiece.ts';
import { EchoTest } from './echo-test.ts';
import type { Activation, EngineCommand, EngineEvent, VoiceStats } from './engine-messages.ts';
import { LevelMeter, peakDbfs, peakOf } from './level-meter.ts';
import { Speaker } from './speaker.ts';
import { UplinkRoute } from './uplink-route.ts';
import { VoiceRoom } from './voice-room.ts';
import { warmUp } from './warm-up.ts';

const STATS_INTERVAL_MS = 1_000;
/** Ten frames: a microphone that brings nothing for that long has gone, or is being changed. */
const CAPTURE_GAP_LIMIT_MS = 200;
/** The bitrate until a room says what it wants. */
const INITIAL_BITRATE_BPS = 32_000;

export interface VoiceEngineOptions {
  readonly clock: Clock;
  readonly codec: VoiceCodec;
  readonly lanes: LaneFactory;
  readonly emit: (event: EngineEvent) => void;
}

/** What happened since the last figures were told. */
interface Second {
  peak: number;
  frames: number;
  costMs: number;
  sent: number;
  arrived: number;
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
  readonly #meter = new LevelMeter();
  readonly #route = new UplinkRoute(DEFAULT_VOICE_ACTIVATION);
  /** For the next `render`. */
  readonly #frames: Float32Array[] = [];
  readonly #volumes = new Map<string, number>();
  #room: VoiceRoom | undefined;
  #uplink: VoiceUplink | undefined;
  #freeEncoder: (() => void) | undefined;
  #cancelStats: (() => void) | undefined;
  #cancelGapWatch: (() => void) | undefined;
  #capturedAtMs = 0;
  #closed = false;
  #bitrateBps = INITIAL_BITRATE_BPS;
  #muted = false;
  #deafened = false;
  #talking = false;
  #second: Second = { peak: 0, frames: 0, costMs: 0, sent: 0, arrived: 0 };

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

  /** @param frame 960 samples of the microphone; the caller's again afterwards. Anything else is ignored. */
  captured(frame: Float32Array): void {
    if ((this.#room === undefined && !this.#echo.on) || frame.length !== FRAME_SAMPLES) return;
    const startedAtMs = this.#clock.nowMs();
    this.#capturedAtMs = startedAtMs;
    const peak = peakOf(frame);
    this.#second.peak = Math.max(this.#second.peak, peak);
    const dbfs = this.#meter.push(peak);
    if (dbfs !== undefined) this.#emit({ type: 'level', dbfs });
    this.#echo.captured(frame);
    if (this.#room !== undefined) this.#uplink?.push(frame);
    this.#followTalking();
    this.#second.costMs += this.#clock.nowMs() - startedAtMs;
  }

  /** Writes the next 960 samples for the loudspeaker. */
  render(out: Float32Array): void {
    const startedAtMs = this.#clock.nowMs();
    this.#room?.downlink.sweep(startedAtMs);
    this.#room?.downlink.pull(this.#frames);
    // Who does not listen does not fall behind either: the buffers are drained all the same.
    out.set(this.#earpiece.mix(this.#frames, this.#echo.next(), this.#deafened));
    this.#frames.length = 0;
    this.#second.frames++;
    this.#second.costMs += this.#clock.nowMs() - startedAtMs;
  }

  close(): void {
    if (this.#closed) return;
    this.#leave();
    this.#closed = true;
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
    const uplink = new VoiceUplink({ encoder, sink: (packet) => this.#send(packet) });
    uplink.setBitrate(this.#bitrateBps);
    this.#route.attach(uplink);
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
    this.#second = { peak: 0, frames: 0, costMs: 0, sent: 0, arrived: 0 };
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
    return new Speaker(member, { codec: this.#codec, volume, onSpeaking });
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
      this.#second.sent++;
    }
    this.#route.sent(packet.end);
  }

  #received(kind: LaneKind, bytes: Uint8Array): void {
    const room = this.#room;
    if (room === undefined || bytes.length === 0) return;
    const nowMs = this.#clock.nowMs();
    if (((bytes[FLAGS_OFFSET] ?? 0) & FLAG_CONTROL) === 0) {
      this.#second.arrived++;
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
    this.#uplink?.setMuted(this.#muted || this.#echo.on);
    this.#followTalking();
  }

  #followTalking(): void {
    const talking = this.#uplink?.talking ?? false;
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.#emit({ type: 'self.speaking', speaking: talking });
    this.#cancelGapWatch?.();
    this.#cancelGapWatch = undefined;
    if (talking) this.#watchCapture(CAPTURE_GAP_LIMIT_MS);
  }

  /** A talk spurt ends on a frame; where no more come, it is ended here. */
  #watchCapture(delayMs: number): void {
    this.#cancelGapWatch = this.#clock.after(delayMs, () => {
      const leftMs = this.#capturedAtMs + CAPTURE_GAP_LIMIT_MS - this.#clock.nowMs();
      if (leftMs > 0) {
        this.#watchCapture(leftMs);
        return;
      }
      this.#uplink?.endSpurt();
      this.#followTalking();
    });
  }

  #tellStatsLater(): void {
    this.#cancelStats = this.#clock.after(STATS_INTERVAL_MS, () => {
      const room = this.#room;
      if (room === undefined) return;
      room.downlink.sweep(this.#clock.nowMs());
      this.#emit({ type: 'stats', stats: this.#stats(room) });
      this.#second = { peak: 0, frames: 0, costMs: 0, sent: 0, arrived: 0 };
      this.#tellStatsLater();
    });
  }

  #stats(room: VoiceRoom): VoiceStats {
    const lane = this.#lanes.inUse;
    const { peak, frames, costMs, sent, arrived } = this.#second;
    return {
      lane,
      roundTripMs: lane === null ? null : room.meter.roundTripMs(lane),
      lossUp: room.meter.loss.up,
      lossDown: room.meter.loss.down,
      inputLevelDbfs: peakDbfs(peak),
      frameCostMs: frames === 0 ? 0 : costMs / frames,
      packetsSent: sent,
      packetsReceived: arrived,
      speakers: [...room.downlink.speakers].map((speaker) => speaker.stats),
      dropped: room.downlink.dropped,
    };
  }
}

function gateConfigOf(activation: Activation): GateConfig {
  if (activation.mode === 'push-to-talk') return DEFAULT_PUSH_TO_TALK;
  const { activationDbfs, releaseDbfs } = activation;
  return { ...DEFAULT_VOICE_ACTIVATION, activationDbfs, releaseDbfs };
}
