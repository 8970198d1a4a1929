import type { Message } from '@switchboard/protocol';
import type { ChatEntry, MessageRemarks as Remarks, PluginRemark } from '../client-state.ts';
import type { InstalledPlugin } from '../plugins/plugin-rows.ts';
import type { Clock } from '../platform/platform.ts';
import { outgoingEntry, sentEntry, type SentEntries, type SentEntry } from './chat-entries.ts';
import type { Outbox } from './chat-outbox.ts';
import type { ChatModel } from './chat-state.ts';
import { keepIdentity } from './identity.ts';
import { roomOf, selfIn } from './plugin-happenings.ts';
import type { RoomPlugin } from './room-plugin.ts';
import type { RoomPlugins } from './room-plugins.ts';
import { TaskQueue } from './task-queue.ts';

/** A message waits this long for what plugins say of it, and is then shown without. */
const WAIT_MS = 500;
/** Messages that one plugin is asked about at a time: a page of history does not fill its queue. */
const AT_A_TIME = 4;

type Verdict = { readonly kind: 'note' | 'hidden'; readonly text: string } | null;

/** A message in one version, and what plugins have said of it. */
interface Judged {
  message: Message;
  /** By plugin and package; null for nothing. */
  readonly verdicts: Map<string, Verdict>;
  /** Those that are being asked, until they have answered. */
  readonly asking: Map<RoomPlugin, Promise<void>>;
  /** Its plugins are done, or have had their time. */
  settled: boolean;
  /** As it is shown; before an edit has settled, as it was. */
  entry: SentEntry;
  /** Somebody may have seen it. */
  seen: boolean;
  /** As it was on its way, if it was sent from here. */
  readonly outgoing: ChatEntry | undefined;
}

export interface MessageRemarksOptions {
  readonly clock: Clock;
  readonly plugins: Pick<RoomPlugins, 'having' | 'scene'>;
  /** All that are installed, in the person's order. */
  readonly installed: () => readonly InstalledPlugin[];
  readonly changed: () => void;
}

/** What plugins say of the messages of the open channel. A message is shown after them, in its place among the others. */
export class MessageRemarks {
  readonly #options: MessageRemarksOptions;
  readonly #judged = new Map<string, Judged>();
  readonly #queues = new WeakMap<RoomPlugin, TaskQueue>();
  #model: ChatModel | undefined;
  #asked: readonly RoomPlugin[] = [];
  /** Whose word counts, in their order, as one text. */
  #order = '';
  #shown: SentEntries | undefined;

  constructor(options: MessageRemarksOptions) {
    this.#options = options;
  }

  /** The messages as they are to be shown now; the same object while nothing has changed. */
  shown(model: ChatModel): SentEntries {
    this.#look(model);
    this.#shown ??= this.#show(model.messages);
    return this.#shown;
  }

  /** Other plugins are installed, or run. */
  follow(): void {
    const believed = this.#believed();
    const order = [...believed.keys()].join();
    const asked = this.#options.plugins.having('on_message');
    if (order === this.#order && sameItems(asked, this.#asked)) return;
    const isReordered = order !== this.#order;
    this.#order = order;
    this.#asked = asked;
    if (believed.size === 0) this.#judged.clear();
    if (isReordered) for (const judged of this.#judged.values()) if (judged.settled) this.#compose(judged);
    if (asked.length > 0) this.#askAgain();
    this.#touch();
  }

  #look(model: ChatModel): void {
    const before = this.#model;
    if (model === before) return;
    this.#model = model;
    if (model.messages === before?.messages) return;
    this.#shown = undefined;
    if (this.#asked.length === 0 && this.#judged.size === 0) return;
    const fresh = model.messages.flatMap((message) => this.#take(message, before?.outbox ?? []) ?? []);
    if (this.#judged.size > model.messages.length) this.#forgetOthers(model.messages);
    if (fresh.length > 0) this.#settle(fresh);
  }

  /** A message as it is now; answers with what has to be asked about, if anything. */
  #take(message: Message, outbox: Outbox): Judged | undefined {
    const known = this.#judged.get(message.id);
    if (known?.message === message) return undefined;
    if (known !== undefined && sayTheSame(known.message, message)) {
      known.message = message;
      if (known.settled) this.#compose(known);
      return undefined;
    }
    const written = outbox.find(({ nonce }) => nonce === message.nonce);
    const settled = message.deletedAt !== null || this.#asked.length === 0;
    const judged: Judged = {
      message,
      verdicts: new Map(),
      asking: new Map(),
      settled,
      entry: settled || known === undefined ? sentEntry(message) : known.entry,
      seen: known?.seen ?? false,
      outgoing: written === undefined ? undefined : outgoingEntry(written),
    };
    this.#judged.set(message.id, judged);
    return settled ? undefined : judged;
  }

  /** What is shown already stays so while others are asked; what is not shown yet waits for them, too. */
  #askAgain(): void {
    for (const message of this.#model?.messages ?? []) {
      const known = this.#judged.get(message.id);
      const settled = {
        verdicts: new Map(),
        asking: new Map(),
        settled: true,
        entry: sentEntry(message),
        seen: true,
        outgoing: undefined,
      };
      const judged: Judged = known ?? { message, ...settled };
      this.#judged.set(message.id, judged);
      void this.#ask(judged);
    }
  }

  /** Together, so that a page of history comes as one. */
  #settle(fresh: readonly Judged[]): void {
    const settle = () => {
      cancel();
      const left = fresh.filter(({ settled }) => !settled);
      for (const judged of left) {
        judged.settled = true;
        this.#compose(judged);
      }
      if (left.length > 0) this.#touch();
    };
    const cancel = this.#options.clock.after(WAIT_MS, settle);
    void Promise.all(fresh.map((judged) => this.#ask(judged))).then(settle);
  }

  /** Those that have not said yet what they say of it; resolves when nobody is being asked any more. */
  async #ask(judged: Judged): Promise<void> {
    const { verdicts, asking } = judged;
    for (const plugin of this.#asked) {
      if (verdicts.has(keyOf(plugin.plugin)) || asking.has(plugin)) continue;
      const asked = this.#askOne(judged, plugin).finally(() => asking.delete(plugin));
      asking.set(plugin, asked);
    }
    // Others may have started meanwhile.
    while (asking.size > 0) await Promise.all(asking.values());
  }

  async #askOne(judged: Judged, plugin: RoomPlugin): Promise<void> {
    const { message, verdicts } = judged;
    if (message.deletedAt !== null) return;
    const queue = this.#queues.get(plugin) ?? new TaskQueue(AT_A_TIME);
    this.#queues.set(plugin, queue);
    const verdict = await queue.run(() => this.#verdict(message, plugin));
    // One that failed may be asked again.
    if (verdict === undefined) return;
    verdicts.set(keyOf(plugin.plugin), verdict);
    if (!judged.settled || verdict === null) return;
    // Later than the message was shown.
    this.#compose(judged);
    this.#touch();
  }

  async #verdict(message: Message, plugin: RoomPlugin): Promise<Verdict | undefined> {
    const { scene } = this.#options.plugins;
    const room = roomOf(scene);
    if (room?.id !== message.channelId) return undefined;
    const { id, author, text, code, createdAt } = message;
    const self = selfIn(scene)?.userId === author.userId;
    try {
      const answer = await plugin.call('on_message', {
        message: { id, author: { ...author, self }, text, code, createdAt },
        room,
      });
      if (answer.action === 'annotate') return { kind: 'note', text: answer.note };
      return answer.action === 'hide' ? { kind: 'hidden', text: answer.reason } : null;
    } catch {
      // It is in the plugin's log.
      return undefined;
    }
  }

  /** A message that is not done holds up those after it that nobody has seen. */
  #show(messages: readonly Message[]): SentEntries {
    const sent: SentEntry[] = [];
    const waiting: ChatEntry[] = [];
    let blocked = false;
    for (const message of messages) {
      const judged = this.#judged.get(message.id);
      if (judged === undefined) sent.push(sentEntry(message));
      else if (judged.seen || (judged.settled && !blocked)) {
        judged.seen = true;
        sent.push(judged.entry);
      } else {
        blocked = true;
        if (judged.outgoing !== undefined) waiting.push(judged.outgoing);
      }
    }
    return { sent, waiting };
  }

  /** Its entry, from what is said of it. */
  #compose(judged: Judged): void {
    const { message, verdicts } = judged;
    const remarks = { hidden: null as PluginRemark | null, notes: [] as PluginRemark[] };
    for (const [key, pluginName] of verdicts.size === 0 ? [] : this.#believed()) {
      const verdict = verdicts.get(key);
      if (verdict?.kind === 'note') remarks.notes.push({ pluginName, text: verdict.text });
      else if (verdict?.kind === 'hidden') remarks.hidden ??= { pluginName, text: verdict.text };
    }
    const isPlain = remarks.hidden === null && remarks.notes.length === 0;
    const made: Remarks = remarks;
    judged.entry = isPlain
      ? sentEntry(message)
      : keepIdentity<SentEntry>(judged.entry, { status: 'sent', message, remarks: made });
  }

  /** Whose word counts, in the person's order: also of one that does not run right now. With their names. */
  #believed(): ReadonlyMap<string, string> {
    const believed = this.#options
      .installed()
      .filter(({ enabled, manifest }) => enabled && manifest.hooks.includes('on_message'));
    return new Map(believed.map((plugin) => [keyOf(plugin), plugin.manifest.name]));
  }

  #forgetOthers(messages: readonly Message[]): void {
    const ids = new Set(messages.map(({ id }) => id));
    for (const id of this.#judged.keys()) if (!ids.has(id)) this.#judged.delete(id);
  }

  #touch(): void {
    this.#shown = undefined;
    this.#options.changed();
  }
}

function keyOf({ id, packageSha256 }: InstalledPlugin): string {
  return `${id}@${packageSha256}`;
}

/** Nothing to ask about anew. */
function sayTheSame(before: Message, after: Message): boolean {
  return before.text === after.text && before.deletedAt === after.deletedAt;
}

function sameItems(ones: readonly unknown[], others: readonly unknown[]): boolean {
  return ones.length === others.length && ones.every((one, index) => one === others[index]);
}
