import type { ClientState, VoiceClientApi } from '@switchboard/client';
import { html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { roomChanges, type RoomChange } from '../room-changes.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';

/** News within this time are read out as one. */
const GATHER_MS = 800;

/**
 * Tells screen readers politely who came and went, who whispers, what was written by others, what commands answer, and what the server says. Shows nothing.
 *
 * @customElement voice-announcer
 */
@define('voice-announcer')
export class VoiceAnnouncer extends VoiceElement {
  static override styles = [theme];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** How long news are gathered, in ms. */
  @property({ type: Number, attribute: 'gather-ms' }) gatherMs = GATHER_MS;

  @state() private words = '';
  #gathered: RoomChange[] = [];
  #notice: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new ClientController(this, ['members', 'channelId', 'chat', 'whisperedBy', 'notice'], (after, before) =>
      this.#gather(after, before),
    );
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    return html`<div class="sr-only" role="status">${this.words}</div>`;
  }

  #gather(after: ClientState, before: ClientState): void {
    this.#gathered.push(...roomChanges(before, after));
    if (after.notice !== before.notice) this.#notice = after.notice;
    this.#timer ??= setTimeout(() => this.#tell(), this.gatherMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const [news, notice] = [this.#gathered, this.#notice];
    this.#gathered = [];
    this.#notice = null;
    const names = (type: RoomChange['type']): string[] =>
      news.flatMap((change) => (change.type === type && 'member' in change ? [change.member.nickname] : []));
    const [arrived, departed, whisperers] = [names('arrived'), names('departed'), [...new Set(names('whispers'))]];
    const messages = news.flatMap((change) => (change.type === 'message' && !change.own ? [change] : []));
    const [first] = messages;
    const { text } = this;
    const words = [
      ...(arrived.length > 0 ? [text.announceJoined(arrived)] : []),
      ...(departed.length > 0 ? [text.announceLeft(departed)] : []),
      ...(whisperers.length > 0 ? [text.announceWhispers(whisperers)] : []),
      ...(messages.length > 1 ? [text.announceMessages(messages.length)] : []),
      ...(messages.length === 1 && first !== undefined
        ? [
            first.hiddenBy === null
              ? text.announceMessage(first.message.author.nickname, first.message.text)
              : text.announceHidden(first.message.author.nickname, first.hiddenBy),
          ]
        : []),
      ...news.flatMap((change) =>
        change.type === 'reply' ? [text.announceReply(change.pluginName, change.text)] : [],
      ),
      ...(notice === null ? [] : [notice]),
    ].join('. ');
    if (words !== '') this.words = words;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-announcer': VoiceAnnouncer;
  }
}
