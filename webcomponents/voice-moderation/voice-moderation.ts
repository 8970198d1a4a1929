import type { Problem, VoiceClientApi } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceRemovalOpenEvent } from '../events/voice-removal-open.ts';
import { closedIcon, leaveIcon, shieldEarIcon, shieldMicIcon } from '../icons.ts';
import { problemOf } from '../problem.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { powersOver, type Powers } from './moderation.ts';
import { styles } from './voice-moderation.styles.ts';

/**
 * What a moderator may do to a member, for everyone: mute, deafen, move, and ask to kick or ban. Shows nothing to whom nothing of it is
 * permitted. Loaded when it is first needed.
 *
 * @customElement voice-moderation
 * @fires {VoiceRemovalOpenEvent} voice-removal-open - the member shall be kicked or banned
 */
@define('voice-moderation')
export class VoiceModeration extends VoiceElement {
  static override styles = [theme, controls, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  @property({ attribute: false }) member: Member | null = null;

  @state() private problem: Problem | null = null;
  readonly #client = new ClientController(this, ['members', 'channels', 'permissions', 'channelPermissions', 'selfId']);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('member')) this.problem = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { text } = this;
    const current = this.#client.state;
    const member = current?.members.find(({ id }) => id === this.member?.id);
    const powers = current === null || member === undefined ? null : powersOver(current, member);
    this.hidden = powers === null;
    if (powers === null || member === undefined) return nothing;
    return html`<div role="group" aria-label=${text.forEveryone}>
        <span class="label" aria-hidden="true">${text.forEveryone}</span>
        ${powers.mute ? this.#silences(member) : nothing} ${this.#rooms(member, powers)}
        ${powers.kick || powers.ban ? this.#removals(powers) : nothing}
      </div>
      <p class="said" role="status">${this.problem === null ? nothing : sentence(text, this.problem)}</p>`;
  }

  #silences({ id, serverMuted, serverDeafened }: Member): TemplateResult {
    const { text } = this;
    return html`<button
        part="mute"
        class="button"
        aria-pressed=${serverMuted ? 'true' : 'false'}
        @click=${() => this.#try(this.client?.muteMember(id, !serverMuted))}
      >
        ${shieldMicIcon}${text.muteForAll}
      </button>
      <button
        part="deafen"
        class="button"
        aria-pressed=${serverDeafened ? 'true' : 'false'}
        @click=${() => this.#try(this.client?.deafenMember(id, !serverDeafened))}
      >
        ${shieldEarIcon}${text.deafenForAll}
      </button>`;
  }

  #rooms({ id }: Member, { moveTo }: Powers): TemplateResult | typeof nothing {
    if (moveTo.length === 0) return nothing;
    const { text } = this;
    const chosen = ({ target }: Event): void => {
      if (!(target instanceof HTMLSelectElement) || target.value === '') return;
      this.#try(this.client?.moveMember(id, target.value));
      target.value = '';
    };
    return html`<select part="move" aria-label=${text.moveTo} @change=${chosen}>
      <option value="" selected>${text.moveTo}: ${text.chooseRoom}</option>
      ${moveTo.map((channel) => html`<option value=${channel.id}>${channel.name}</option>`)}
    </select>`;
  }

  #removals({ kick, ban }: Powers): TemplateResult {
    const { text } = this;
    const open = (removal: 'kick' | 'ban') => () => this.dispatchEvent(new VoiceRemovalOpenEvent(removal));
    return html`<div class="pair">
      ${
        kick
          ? html`<button part="kick" class="button danger" aria-haspopup="dialog" @click=${open('kick')}>
              ${leaveIcon}${text.kick}…
            </button>`
          : nothing
      }
      ${
        ban
          ? html`<button part="ban" class="button danger" aria-haspopup="dialog" @click=${open('ban')}>
              ${closedIcon}${text.ban}…
            </button>`
          : nothing
      }
    </div>`;
  }

  #try(action: Promise<void> | undefined): void {
    this.problem = null;
    action?.catch((error: unknown) => {
      this.problem = problemOf(error);
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-moderation': VoiceModeration;
  }
}
