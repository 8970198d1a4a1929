import type { BenchPart } from '../report.ts';
import { itemAt } from '../relay/item-at.ts';
import { cpuTimeUs } from '../relay/process-figures.ts';
import { percentile } from '../statistics.ts';
import { Guest } from './guest.ts';
import { ServerChild } from './server-child.ts';

const MEMBERS = 50;
const PER_SECOND = 1_000;
const WARM_UP_SECONDS = 3;
const SECONDS = 15;
const RUNS = 3;
const TEXT = 'A line as people write them, neither long nor short, about nothing in particular.';
/** The server answers no more of one connection than 20 a second: everyone writes just so much. */
const TICK_MS = 5;
/** Longer than this nothing is on its way. */
const QUIET_LIMIT_MS = 5_000;

interface ChatRun {
  readonly run: number;
  readonly stored: number;
  readonly seconds: number;
  readonly delivered: number;
  readonly sentToArrivalMsP50: number;
  readonly sentToArrivalMsP99: number;
  readonly sentToAcknowledgedMsP99: number;
  /** Of one core. */
  readonly serverCpuShare: number;
  readonly loadCpuShare: number;
}

/** Everyone in one room writes; every message is stored, and reaches all others. */
export const roomChat: BenchPart = {
  name: 'chat',
  async measure(log) {
    await using server = await ServerChild.start();
    const guests: Guest[] = [];
    for (let i = 0; i < MEMBERS; i++) guests.push(await Guest.enter(server.controlPort, `guest ${i}`));
    const channelId = itemAt(guests, 0).channelId('Lobby');
    for (const guest of guests) await guest.join(channelId);
    const runs: ChatRun[] = [];
    for (let run = 1; run <= RUNS; run++) {
      await new ChatLoad(guests, channelId, server.pid, `warm-up ${run}`).write(WARM_UP_SECONDS);
      runs.push({ run, ...(await new ChatLoad(guests, channelId, server.pid, `run ${run}`).write(SECONDS)) });
      log(`run ${run} of ${RUNS}`);
    }
    await Promise.all(guests.map((guest) => guest.leave()));
    const worst = (figure: (run: ChatRun) => number): number => Math.max(...runs.map(figure));
    return {
      figures: {
        chatPerSecond: Math.min(...runs.map(({ stored, seconds }) => stored / seconds)),
        chatP99Ms: worst((run) => run.sentToArrivalMsP99),
        chatAcknowledgedP99Ms: worst((run) => run.sentToAcknowledgedMsP99),
      },
      runs: runs.map((run) => ({ ...run })),
    };
  },
};

class ChatLoad {
  readonly #guests: readonly Guest[];
  readonly #channelId: string;
  readonly #serverPid: number;
  readonly #name: string;
  /** By the number of the message. */
  readonly #sentAtMs: number[] = [];
  readonly #arrivalsMs: number[] = [];
  readonly #acknowledgedMs: number[] = [];
  #refusal: string | undefined;

  constructor(guests: readonly Guest[], channelId: string, serverPid: number, name: string) {
    this.#guests = guests;
    this.#channelId = channelId;
    this.#serverPid = serverPid;
    this.#name = name;
    for (const guest of guests) guest.onEvent = (text) => this.#arrived(text);
  }

  /** @throws Error if a message was refused, or did not reach somebody. */
  async write(seconds: number): Promise<Omit<ChatRun, 'run'>> {
    const messages = seconds * PER_SECOND;
    const startMs = performance.now();
    const [serverBeforeUs, loadBeforeUs] = [cpuTimeUs(this.#serverPid), cpuTimeUs(process.pid)];
    while (this.#sentAtMs.length < messages) {
      const due = Math.min(messages, Math.floor(((performance.now() - startMs) * PER_SECOND) / 1_000));
      while (this.#sentAtMs.length < due) this.#write();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await this.#untilQuiet(messages);
    const elapsed = (performance.now() - startMs) / 1_000;
    const share = (us: number): number => us / 1e6 / elapsed;
    return {
      stored: this.#acknowledgedMs.length,
      seconds: Math.max(seconds, elapsed),
      delivered: this.#arrivalsMs.length,
      sentToArrivalMsP50: percentile(this.#arrivalsMs, 0.5),
      sentToArrivalMsP99: percentile(this.#arrivalsMs, 0.99),
      sentToAcknowledgedMsP99: percentile(this.#acknowledgedMs, 0.99),
      serverCpuShare: share(cpuTimeUs(this.#serverPid) - serverBeforeUs),
      loadCpuShare: share(cpuTimeUs(process.pid) - loadBeforeUs),
    };
  }

  #write(): void {
    const number = this.#sentAtMs.length;
    const nonce = `${this.#name}#${number}#`;
    const sentAtMs = performance.now();
    this.#sentAtMs.push(sentAtMs);
    const author = itemAt(this.#guests, number % this.#guests.length);
    author.send('message.send', { channelId: this.#channelId, nonce, text: TEXT }, (reply) => {
      if (reply.includes('"ok":true')) this.#acknowledgedMs.push(performance.now() - sentAtMs);
      else this.#refusal = reply;
    });
  }

  #arrived(text: string): void {
    const at = text.indexOf(`${this.#name}#`);
    if (at === -1) return;
    const sentAtMs = this.#sentAtMs[Number.parseInt(text.slice(at + this.#name.length + 1), 10)];
    if (sentAtMs !== undefined) this.#arrivalsMs.push(performance.now() - sentAtMs);
  }

  async #untilQuiet(messages: number): Promise<void> {
    const expected = messages * (this.#guests.length - 1);
    const deadlineMs = performance.now() + QUIET_LIMIT_MS;
    while (this.#arrivalsMs.length < expected || this.#acknowledgedMs.length < messages) {
      if (this.#refusal !== undefined) throw new Error(`A message was refused: ${this.#refusal}`);
      if (performance.now() > deadlineMs) throw new Error(`Of ${expected} messages ${this.#arrivalsMs.length} arrived`);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }
}
