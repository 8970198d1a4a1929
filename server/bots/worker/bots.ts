import { FramePacer, nodeClock } from '@switchboard/client/headless';
import { FRAME_MS } from '@switchboard/protocol';
import { Bot, type BotSurroundings } from './bot.ts';
import type { BotsFigures, BotsSetup } from './bots-messages.ts';
import { Listening } from './listening.ts';
import { madeSpeech } from './made-speech.ts';
import { SpokenPackets } from './spoken-packets.ts';
import { lossPctBetween, NO_TRAFFIC, plus, type Traffic } from './traffic.ts';

/** Every bot pings within this many seconds, and the answer is what loss is known by. */
const LOSS_WINDOW_S = 6;
const US_PER_S = 1e6;

/** All bots of one stress test: lets them come in, has some of them talk, and counts what becomes of it. */
export class Bots {
  readonly #surroundings: BotSurroundings;
  readonly #listening: Listening;
  readonly #bots: Bot[] = [];
  readonly #pacers: FramePacer[] = [];
  /** The newest comes last. */
  readonly #traffic: Traffic[] = [NO_TRAFFIC];
  readonly #waiting = new Set<() => void>();
  #sentBefore = 0;
  #lookedAtMs = nodeClock.nowMs();
  #cpuBefore = process.threadCpuUsage();

  static async enter(setup: BotsSetup): Promise<Bots> {
    return new Bots(setup, await madeSpeech(setup.bitrateBps));
  }

  private constructor(setup: BotsSetup, speech: BotSurroundings['speech']) {
    const spoken = new SpokenPackets(speech.length);
    this.#listening = new Listening(speech, spoken);
    this.#surroundings = {
      setup,
      speech,
      spoken,
      heard: (packet, keys) => this.#listening.take(packet, keys, nodeClock.nowMs()),
    };
    setup.tokens.forEach((token, number) =>
      this.#later((setup.rampMs * number) / setup.tokens.length, () => this.#add(token, number)),
    );
  }

  /** Of the time since this was last asked, a second ago. */
  figures(): BotsFigures {
    const nowMs = nodeClock.nowMs();
    const seconds = (nowMs - this.#lookedAtMs) / 1_000;
    this.#lookedAtMs = nowMs;
    const sent = this.#bots.reduce((sum, bot) => sum + bot.sent, 0);
    const { delivered, delayP50Ms, delayP99Ms } = this.#listening.second();
    const { user, system } = process.threadCpuUsage(this.#cpuBefore);
    this.#cpuBefore = process.threadCpuUsage();
    const figures = {
      present: this.#bots.filter(({ isPresent }) => isPresent).length,
      gone: this.#bots.filter(({ isGone }) => isGone).length,
      problem: this.#bots.map(({ problem }) => problem).find((problem) => problem !== undefined) ?? null,
      sentPerS: (sent - this.#sentBefore) / seconds,
      deliveredPerS: delivered / seconds,
      lossPct: this.#lossPct(),
      delayP50Ms,
      delayP99Ms,
      opened: this.#listening.opened,
      wrong: this.#listening.wrong,
      cpuPct: ((user + system) / US_PER_S / seconds) * 100,
    };
    this.#sentBefore = sent;
    return figures;
  }

  leave(): void {
    for (const cancel of this.#waiting) cancel();
    for (const pacer of this.#pacers) pacer.stop();
    for (const bot of this.#bots) bot.leave();
  }

  #add(token: string, number: number): void {
    const bot = new Bot(this.#surroundings, token);
    this.#bots.push(bot);
    const { talkers, tokens } = this.#surroundings.setup;
    if (!isTalker(number, talkers, tokens.length)) return;
    const pacer = new FramePacer(
      nodeClock,
      () => bot.say(),
      () => undefined,
    );
    this.#pacers.push(pacer);
    // People's frames are not due at one moment.
    this.#later((FRAME_MS * number) / tokens.length, () => pacer.start());
  }

  #lossPct(): number {
    const now = this.#bots.reduce<Traffic>((sum, bot) => plus(sum, bot.traffic), NO_TRAFFIC);
    this.#traffic.push(now);
    if (this.#traffic.length > LOSS_WINDOW_S + 1) this.#traffic.shift();
    return lossPctBetween(this.#traffic[0] ?? NO_TRAFFIC, now);
  }

  #later(delayMs: number, callback: () => void): void {
    const cancel = nodeClock.after(delayMs, () => {
      this.#waiting.delete(cancel);
      callback();
    });
    this.#waiting.add(cancel);
  }
}

/** Spread evenly over the bots, so that there is talk from the beginning of the ramp. */
function isTalker(number: number, talkers: number, bots: number): boolean {
  return Math.ceil(((number + 1) * talkers) / bots) > Math.ceil((number * talkers) / bots);
}
