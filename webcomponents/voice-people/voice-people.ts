import type { VoiceClientApi } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ClientController } from '../client-controller.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import '../voice-member/voice-member.ts';
import { styles } from './voice-people.styles.ts';

/**
 * Who is in the room, and on request who else is online; who whispers to one from elsewhere is shown in any case.
 *
 * @customElement voice-people
 * @csspart heading - the headings of the lists
 */
@define('voice-people')
export class VoicePeople extends VoiceElement {
  static override styles = [theme, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** Also those who are in no room or in another. */
  @property({ type: Boolean }) everyone = false;

  readonly #client = new ClientController(this, ['members', 'channelId', 'whisperedBy']);

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this.#client;
    if (state === null) return nothing;
    const inside = state.members.filter((member) => member.channelId === state.channelId && state.channelId !== null);
    const others = this.everyone ? state.members.filter((member) => !inside.includes(member)) : [];
    const whisperers = state.members.filter(
      (member) => state.whisperedBy.includes(member.id) && !inside.includes(member) && !others.includes(member),
    );
    const alone = inside.length === 1 && inside[0]?.id === state.selfId;
    return html`${this.#list(this.text.inThisRoom, inside)}
    ${alone ? html`<p class="alone">${this.text.alone}</p>` : nothing} ${this.#list(this.text.elsewhere, whisperers)}
    ${this.#list(this.text.online, others)}`;
  }

  #list(heading: string, members: readonly Member[]): TemplateResult | typeof nothing {
    if (members.length === 0) return nothing;
    return html`<h3 part="heading">${heading} · ${members.length}</h3>
      <ul role="list" aria-label=${heading}>
        ${repeat(
          members,
          (member) => member.id,
          (member) => html`<li><voice-member .client=${this.client} .member=${member}></voice-member></li>`,
        )}
      </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-people': VoicePeople;
  }
}
