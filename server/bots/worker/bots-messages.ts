/** What the thread of the bots is started with. */
export interface BotsSetup {
  /** The control lane of this server, as this machine reaches it. */
  readonly controlUrl: string;
  /** `udp://host:port` of its relay. */
  readonly voiceUrl: string;
  /** Of the server's certificate; undefined where it speaks no TLS itself. */
  readonly fingerprint: string | undefined;
  readonly channelId: string;
  readonly bitrateBps: number;
  /** The join token of each bot. */
  readonly tokens: readonly string[];
  /** So many of them talk without a pause. */
  readonly talkers: number;
  /** The bots come in one after the other within this time. */
  readonly rampMs: number;
}

/** To the thread: everyone leaves, and the thread ends. */
export interface BotsCommand {
  readonly type: 'stop';
}

/** From the thread, once a second. */
export interface BotsFigures {
  /** Bots that are in the room, and have a voice lane. */
  readonly present: number;
  /** Bots that are gone for good, or could not come in. */
  readonly gone: number;
  /** Why the first of them is; null while nobody is. */
  readonly problem: string | null;
  readonly sentPerS: number;
  readonly deliveredPerS: number;
  /** Of the last seconds. */
  readonly lossPct: number;
  /** From sending to arrival, both by the clock of this thread, of the last second; 0 where nothing arrived. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  /** Packets that were opened so far, and of these, those that are not what was said. */
  readonly opened: number;
  readonly wrong: number;
  /** Of one core. */
  readonly cpuPct: number;
}
