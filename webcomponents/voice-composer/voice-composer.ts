import type { ClientState, Problem, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { MAX_COMMAND_ARGUMENTS_LENGTH, MAX_MESSAGE_LENGTH, type Channel } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceDraftEvent } from '../events/voice-draft.ts';
import { VoiceErrorEvent } from '../events/voice-error.ts';
import { clockIcon, sendIcon } from '../icons.ts';
import { loaded } from '../lazy.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import type { CommandList } from './command-list.ts';
import { missingArgument, slashCommandOf, type SlashCommand } from './slash-command.ts';
import { styles } from './voice-composer.styles.ts';

/** The counter shows from here on. */
const NEAR_LIMIT = 200;

/**
 * Where messages are written: Enter sends, Shift+Enter breaks the line, Arrow-up in the empty field edits the last one. In slow mode it says
 * so, and how long one has to wait; closed to who may not write. A slash begins a command, which is completed while one types; what is no
 * known command is a message.
 *
 * @customElement voice-composer
 * @fires {VoiceErrorEvent} voice-error - sending failed
 * @fires {VoiceDraftEvent} voice-draft - what is being written has changed
 * @fires {Event} voice-edit-last - the last message of one's own shall be edited
 * @csspart field - the text field
 * @csspart send - the send button
 */
@define('voice-composer')
export class VoiceComposer extends VoiceElement {
  static override styles = [theme, controls, styles];
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** What is being written. */
  @property({ attribute: false }) draft = '';

  @query('textarea') private readonly field!: HTMLTextAreaElement;
  /** When the next message can be sent, in ms since 1970. */
  @state() private waitsUntilMs = 0;
  /** Why what is written was not taken. */
  @state() private fault = '';
  readonly #client = new ClientController(
    this,
    ['chat', 'commands', 'channelId', 'channels', 'members', 'permissions', 'channelPermissions'],
    (after, before) => {
      if (after.channelId !== before.channelId) {
        this.#wait(0);
        this.fault = '';
      }
    },
  );
  #tick: ReturnType<typeof setTimeout> | undefined;
  /** Loaded with the first slash. */
  #list: CommandList | null = null;

  override disconnectedCallback(): void {
    clearTimeout(this.#tick);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const current = this.#client.state;
    if (current === null) return nothing;
    const { text } = this;
    const channel = current.channels.find(({ id }) => id === current.channelId);
    const open = can(current, 'chat.send', current.channelId);
    const prompt = open ? text.messagePlaceholder(channel?.name ?? '') : text.mayNotWrite;
    const left = this.#left();
    const list = this.#list;
    const described = ['slow', ...(left <= NEAR_LIMIT ? ['left'] : []), ...(this.fault === '' ? [] : ['fault'])];
    const typing = current.chat.typing.flatMap(
      (id) => current.members.find((member) => member.id === id)?.nickname ?? [],
    );
    return html`${list?.render(text, this.#complete) ?? nothing}
      <form @submit=${this.#submit}>
        <textarea
          part="field"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          aria-label=${prompt}
          placeholder=${prompt}
          aria-describedby=${described.join(' ')}
          aria-invalid=${this.fault === '' ? nothing : 'true'}
          aria-autocomplete=${current.commands.length === 0 ? nothing : 'list'}
          aria-controls=${list?.listId ?? nothing}
          aria-activedescendant=${list?.activeId ?? nothing}
          ?disabled=${!open}
          .value=${this.draft}
          @input=${this.#input}
          @keydown=${this.#keydown}
          @blur=${() => this.#list?.close()}
        ></textarea>
        <button
          part="send"
          class="icon-button send"
          aria-label=${text.send}
          aria-disabled=${open && this.#sendable() ? 'false' : 'true'}
        >
          ${sendIcon}
        </button>
      </form>
      <p id="fault" class="fault" role="alert" dir="auto">${this.fault}</p>
      <div class="foot">
        <span class="typing" dir="auto">${typing.length === 0 ? nothing : text.typing(typing)}</span>
        <span id="slow" class="slow">${open ? this.#slowness(current, channel) : nothing}</span>
        ${
          left <= NEAR_LIMIT
            ? html`<span id="left" class=${left < 0 ? 'over' : ''}>${text.charactersLeft(left)}</span>`
            : nothing
        }
      </div>`;
  }

  /** Who deletes what others wrote, waits for nobody. */
  #slowness(current: ClientState, channel: Channel | undefined): TemplateResult | typeof nothing {
    const slowModeS = channel?.slowModeS ?? 0;
    if (slowModeS === 0 || can(current, 'chat.delete', current.channelId)) return nothing;
    const waitS = Math.ceil((this.waitsUntilMs - Date.now()) / 1_000);
    return html`${clockIcon}${waitS > 0 ? this.text.slowModeWait(waitS) : this.text.slowMode(slowModeS)}`;
  }

  #waits(): boolean {
    return this.waitsUntilMs > Date.now();
  }

  /** Counts down to when the server takes the next message. */
  #wait(ms: number): void {
    clearTimeout(this.#tick);
    this.waitsUntilMs = ms > 0 ? Date.now() + ms : 0;
    const count = (): void => {
      this.requestUpdate();
      if (this.#waits()) this.#tick = setTimeout(count, 1_000);
    };
    count();
  }

  get #called(): SlashCommand | null {
    return slashCommandOf(this.draft, this.#client.state?.commands ?? []);
  }

  /** Characters that still fit. */
  #left(): number {
    const called = this.#called;
    return called === null ? MAX_MESSAGE_LENGTH - this.draft.length : MAX_COMMAND_ARGUMENTS_LENGTH - called.args.length;
  }

  #sendable(): boolean {
    const called = this.#called;
    if (called !== null) return called.args.length <= MAX_COMMAND_ARGUMENTS_LENGTH;
    return !this.#waits() && this.draft.trim() !== '' && this.draft.trim().length <= MAX_MESSAGE_LENGTH;
  }

  #slowModeMs(): number {
    const { state: current } = this.#client;
    if (current === null || can(current, 'chat.delete', current.channelId)) return 0;
    return 1_000 * (current.channels.find(({ id }) => id === current.channelId)?.slowModeS ?? 0);
  }

  readonly #input = (): void => {
    this.#write(this.field.value);
    this.fault = '';
    void this.#suggest();
    // Nobody else waits for a command.
    if (this.draft !== '' && this.#called === null) this.client?.typing();
    if (!CSS.supports('field-sizing', 'content')) {
      this.field.style.height = 'auto';
      this.field.style.height = `${this.field.scrollHeight}px`;
    }
  };

  #write(draft: string): void {
    this.draft = draft;
    this.dispatchEvent(new VoiceDraftEvent(draft));
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const outcome = this.#list?.press(event, this.draft) ?? 'passed';
    if (outcome !== 'passed') {
      event.preventDefault();
      event.stopPropagation();
      if (outcome !== 'taken') this.#complete(outcome.draft);
    } else if (event.key === 'Enter' && !event.shiftKey) this.#submit(event);
    else if (event.key === 'ArrowUp' && this.draft === '') {
      event.preventDefault();
      this.dispatchEvent(new Event('voice-edit-last'));
    }
  };

  async #suggest(): Promise<void> {
    const commands = this.#client.state?.commands ?? [];
    if (this.#list === null) {
      const root = this.shadowRoot;
      if (root === null || commands.length === 0 || !this.draft.startsWith('/')) return;
      let made: typeof CommandList | undefined;
      // Without the list, a command can still be given.
      await loaded(async () => ({ CommandList: made } = await import('./command-list.ts')));
      if (made === undefined) return;
      this.#list ??= new made(root, () => this.requestUpdate());
    }
    const { field } = this;
    // Only the end is completed.
    if (field.selectionStart === field.value.length) this.#list.follow(this.draft, commands);
    else this.#list.close();
  }

  readonly #complete = (draft: string): void => {
    this.#write(draft);
    this.field.value = draft;
    this.field.setSelectionRange(draft.length, draft.length);
    void this.#suggest();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const { client, draft } = this;
    const called = this.#called;
    if (client === null || !this.#sendable()) return;
    const missing = called === null ? undefined : missingArgument(called);
    if (called !== null && missing !== undefined) {
      this.fault = this.text.argumentMissing(called.command.name, missing);
      return;
    }
    this.#write('');
    this.fault = '';
    this.#list?.close();
    this.field.style.height = '';
    if (called === null) void this.#send(client, draft.trim());
    else void this.#invoke(client, called, draft);
  };

  async #send(client: VoiceClientApi, words: string): Promise<void> {
    try {
      await client.sendMessage(words);
      this.#wait(this.#slowModeMs());
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'message.slow_mode') this.#wait(problem.retryAfterMs ?? this.#slowModeMs());
      else if (problem.code === 'message.cancelled') this.#return(words, problem);
      else this.dispatchEvent(new VoiceErrorEvent(problem));
    }
  }

  async #invoke(client: VoiceClientApi, { command, args }: SlashCommand, draft: string): Promise<void> {
    try {
      await client.invokeCommand(command.name, args);
    } catch (error) {
      this.#return(draft, problemOf(error));
    }
  }

  /** Gives back what was not taken, before what has been written since: in another room too, like all that one writes. */
  #return(words: string, problem: Problem): void {
    this.#write(this.draft === '' ? words : `${words}\n${this.draft}`);
    this.fault = sentence(this.text, problem);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-composer': VoiceComposer;
  }
}
