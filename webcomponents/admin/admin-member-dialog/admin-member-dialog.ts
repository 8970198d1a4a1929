import { MAX_REASON_LENGTH } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-dialog/admin-dialog.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { Channel, LiveSession } from '../api/types.ts';
import type { MemberAct } from '../member-items.ts';
import { checkField, selectField, textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const DAY_MS = 86_400_000;

/**
 * Moves, removes or bans somebody who is here.
 *
 * @customElement admin-member-dialog
 * @fires {Event} admin-changed - it is done
 */
@define('admin-member-dialog')
export class AdminMemberDialog extends AdminPage {
  static override styles = [theme, controls, page, parts];

  @property({ attribute: false }) rooms: readonly Channel[] = [];
  @state() private member: LiveSession | null = null;
  @state() private kind: MemberAct = 'move';
  @state() private channelId = '';
  @state() private reason = '';
  @state() private durationMs = DAY_MS;
  @state() private address = false;

  show(kind: MemberAct, member: LiveSession): void {
    this.kind = kind;
    this.member = member;
    this.problem = null;
    this.reason = '';
    this.durationMs = DAY_MS;
    this.address = false;
    this.channelId = this.rooms.find(({ id }) => id !== member.channelId)?.id ?? '';
  }

  protected override render(): TemplateResult {
    const { member } = this;
    const text = this.text.member;
    const name = member?.nickname ?? '';
    const titles = { move: text.moveTitle, kick: text.kickTitle, ban: text.banTitle };
    return html`<admin-dialog heading=${titles[this.kind](name)} ?open=${member !== null} @admin-close=${this.#close}>
      ${member === null ? nothing : html`<form class="form" @submit=${this.#submit}>${this.#fields(member)}</form>`}
    </admin-dialog>`;
  }

  #fields(member: LiveSession): TemplateResult {
    const text = this.text.member;
    const { kind } = this;
    const actions = { move: text.moveAction, kick: text.kickAction, ban: text.banAction };
    return html`${kind === 'move' ? this.#roomField(member) : this.#reasonFields()} ${this.formProblem()}
      <div class="row end">
        <button class="button" type="button" @click=${this.#close}>${this.text.common.cancel}</button>
        ${button(actions[kind], null, { kind: kind === 'move' ? 'primary' : 'destructive', busy: this.busy !== '' })}
      </div>`;
  }

  #roomField(member: LiveSession): TemplateResult {
    const others = this.rooms.filter(({ id }) => id !== member.channelId);
    return selectField(
      'room',
      this.text.member.room,
      this.channelId,
      others.map(({ id, name }) => [id, name]),
      (channelId) => (this.channelId = channelId),
      { required: true },
    );
  }

  #reasonFields(): TemplateResult {
    const text = this.text.member;
    const isBan = this.kind === 'ban';
    return html`<p>${isBan ? text.banText : text.kickText}</p>
      ${textField('reason', this.text.common.reason, this.reason, (reason) => (this.reason = reason), {
        maxLength: MAX_REASON_LENGTH,
        hint: this.text.common.reasonHint,
      })}
      ${
        isBan
          ? html`${selectField(
              'duration',
              text.duration,
              String(this.durationMs),
              text.durations.map(([ms, label]) => [String(ms), label]),
              (ms) => (this.durationMs = Number(ms)),
            )}
            ${checkField('address', text.address, this.address, (address) => (this.address = address), {
              hint: text.addressHint,
            })}`
          : nothing
      }`;
  }

  readonly #close = (): void => {
    this.member = null;
  };

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { member, kind } = this;
    if (member === null || this.busy !== '') return;
    const text = this.text.member;
    const room = this.rooms.find(({ id }) => id === this.channelId)?.name ?? '';
    const done = {
      move: this.text.rooms.moved(member.nickname, room),
      kick: text.kicked(member.nickname),
      ban: text.banned(member.nickname),
    };
    if (!(await this.submit(kind, () => this.#send(kind, member.memberId), done[kind]))) return;
    this.#close();
    this.dispatchEvent(new Event('admin-changed'));
  };

  #send(kind: MemberAct, memberId: string): Promise<unknown> {
    const params = { path: { memberId } };
    const { reason, channelId, durationMs, address } = this;
    switch (kind) {
      case 'move':
        return take(this.api.POST('/api/move/{memberId}', { params, body: { channelId } }));
      case 'kick':
        return take(this.api.POST('/api/kick/{memberId}', { params, body: { reason } }));
      case 'ban':
        return take(
          this.api.POST('/api/ban/{memberId}', {
            params,
            body: { reason, address, ...(durationMs === 0 ? {} : { durationMs }) },
          }),
        );
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-member-dialog': AdminMemberDialog;
  }
}
