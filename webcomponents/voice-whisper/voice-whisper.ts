import type { Problem, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Member } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { whisperIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { styles } from './voice-whisper.styles.ts';

/**
 * A button to hold: while it is pressed, with pointer, Space or Enter, one member alone hears what one says. Escape, and
 * whatever takes the button away, lets it go. Shows nothing where one cannot whisper.
 *
 * @customElement voice-whisper
 * @csspart whisper - the button
 */
@define('voice-whisper')
export class VoiceWhisper extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) member: Member | null = null;

  @state() private problem: Problem | null = null;
  readonly #client = new ClientController(this, [
    'channelId',
    'members',
    'muted',
    'deafened',
    'permissions',
    'channelPermissions',
    'serverMuted',
    'selfId',
    'whisperingTo',
  ]);
  /** The client that was told of the button going down, until it is told of its release. */
  #whisperingBy: VoiceClientApi | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  /** Lets the button go. */
  readonly stop = (): void => {
    if (this.#whisperingBy === null) return;
    this.#whisperingBy.stopWhisper();
    this.#whisperingBy = null;
    this.requestUpdate();
  };

  /** A button that has gone, or cannot be pressed any more, tells nobody that it was let go. */
  protected override updated(changed: PropertyValues<this>): void {
    const usable = this.renderRoot.querySelector('[part=whisper]:enabled') !== null;
    if (!usable || this.client !== this.#whisperingBy || changed.has('member')) this.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('member')) this.problem = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { text } = this;
    const { state: current } = this.#client;
    const member = current?.members.find(({ id }) => id === this.member?.id);
    if (current === null || member === undefined || member.id === current.selfId) return nothing;
    const possible = current.channelId !== null && member.channelId !== null;
    if (!possible || !can(current, 'whisper', current.channelId)) return nothing;
    // Held while it is muted it stays held: let go, it would make the room hear what comes after.
    const silent = (current.muted || current.deafened || current.serverMuted) && this.#whisperingBy === null;
    const whispering = current.whisperingTo?.memberIds.includes(member.id) ?? false;
    const said = this.problem === null ? '' : sentence(text, this.problem);
    return html`<button
        part="whisper"
        class="button hold"
        aria-label=${text.holdToWhisperTo(member.nickname)}
        aria-pressed=${whispering ? 'true' : 'false'}
        ?disabled=${silent}
        @keydown=${this.#keydown}
        @keyup=${this.#keyup}
        @blur=${this.stop}
        @pointerdown=${this.#press}
        @pointerup=${this.stop}
        @pointercancel=${this.stop}
        @pointerleave=${this.stop}
      >
        ${whisperIcon}<span>${text.holdToWhisper}</span>
      </button>
      <p class="said ${whispering ? 'whispering' : 'refused'}" role="status">
        ${whispering ? text.onlyHearsYou(member.nickname) : said}
      </p>`;
  }

  readonly #press = (event: PointerEvent): void => {
    if (event.button === 0) this.#start();
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.stop();
    else if (isPress(event) && !event.repeat) this.#start();
  };

  readonly #keyup = (event: KeyboardEvent): void => {
    if (isPress(event)) this.stop();
  };

  #start(): void {
    const { client, member } = this;
    if (client === null || member === null) return;
    this.problem = null;
    this.#whisperingBy = client;
    client.startWhisper({ memberIds: [member.id], channelIds: [] }).catch((error: unknown) => {
      this.problem = problemOf(error);
    });
  }
}

function isPress({ key }: KeyboardEvent): boolean {
  return key === ' ' || key === 'Enter';
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-whisper': VoiceWhisper;
  }
}
