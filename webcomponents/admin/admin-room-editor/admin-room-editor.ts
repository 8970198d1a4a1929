import {
  DEFAULT_BITRATE_BPS,
  MAX_CHANNEL_NAME_LENGTH,
  MAX_FORWARD_LIMIT,
  MAX_PASSWORD_LENGTH,
  MAX_TOPIC_LENGTH,
} from '@switchboard/protocol';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-room-rules/admin-room-rules.ts';
import { take } from '../api/api-error.ts';
import type { Channel, Role, VirtualServer } from '../api/types.ts';
import { withInside } from '../channel-tree.ts';
import { Draft } from '../draft.ts';
import { checkField, numberField, selectField, textField } from '../parts/fields.ts';
import { button } from '../parts/signs.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

interface Fields {
  name: string;
  topic: string;
  serverId: string;
  parentId: string | null;
  /** Empty to leave it as it is. */
  password: string;
  noPassword: boolean;
  memberLimit: number | null;
  bitrateBps: number;
  forwardLimit: number | null;
  slowModeS: number;
  requiredRoleId: string | null;
}

const FIELDS = ['name', 'topic', 'password', 'memberLimit'] as const;

const styles = css`
  h2:focus-visible {
    outline-offset: 4px;
  }
`;

/**
 * Changes a room, or makes one.
 *
 * @customElement admin-room-editor
 * @fires {Event} admin-changed - it is saved
 */
@define('admin-room-editor')
export class AdminRoomEditor extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  /** Null for a room that is to be made. */
  @property({ attribute: false }) channelId: string | null = null;
  /** The room that the new one is to lie in; empty for none. */
  @property() within = '';
  @property({ attribute: false }) servers: readonly VirtualServer[] = [];
  @property({ attribute: false }) channels: readonly Channel[] = [];
  @property({ attribute: false }) roles: readonly Role[] = [];

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (!changed.has('channelId')) return;
    this.problem = null;
    // Whoever chose a room goes on there.
    if (document.activeElement !== document.body) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override render(): TemplateResult {
    const channel = this.#channel();
    const { room, shell } = this.text;
    if (this.channelId !== null && channel === undefined) {
      return html`<div class="notice"><span class="words">${shell.notFoundText}</span></div>`;
    }
    return html`<section class="card" aria-labelledby="title">
        <h2 id="title" tabindex="-1"><bdi>${channel?.name ?? room.newTitle}</bdi></h2>
        ${this.#form(channel)}
      </section>
      ${
        channel === undefined
          ? html`<p class="muted">${room.afterCreate}</p>`
          : html`<admin-room-rules
              .session=${this.session}
              .channelId=${channel.id}
              .roles=${this.roles}
            ></admin-room-rules>`
      }`;
  }

  #channel(): Channel | undefined {
    return this.channels.find(({ id }) => id === this.channelId);
  }

  #draft(): Draft<Fields> {
    return new Draft<Fields>(this.session, `rooms:${this.channelId ?? 'new'}`);
  }

  #saved(channel: Channel | undefined): Fields {
    const around = this.channels.find(({ id }) => id === this.within);
    return {
      name: '',
      topic: '',
      serverId: around?.serverId ?? this.servers[0]?.id ?? '',
      parentId: around?.id ?? null,
      memberLimit: null,
      bitrateBps: DEFAULT_BITRATE_BPS,
      forwardLimit: null,
      slowModeS: 0,
      requiredRoleId: null,
      ...channel,
      password: '',
      noPassword: false,
    };
  }

  #form(channel: Channel | undefined): TemplateResult {
    const draft = this.#draft();
    const saved = this.#saved(channel);
    const now = draft.over(saved);
    const set = <K extends keyof Fields>(field: K, value: Fields[K]): void => {
      draft.set(saved, field, value);
      this.requestUpdate();
    };
    const { room, common } = this.text;
    return html`<form
      class="form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#save(channel, draft);
      }}
    >
      <div class="pair">
        ${textField('name', common.name, now.name, (value) => set('name', value), {
          required: true,
          maxLength: MAX_CHANNEL_NAME_LENGTH,
          problem: this.fieldProblem('name'),
        })}
        ${this.#parentField(channel, now, set)}
      </div>
      ${textField('topic', room.topic, now.topic, (value) => set('topic', value), {
        maxLength: MAX_TOPIC_LENGTH,
        hint: room.topicHint,
        problem: this.fieldProblem('topic'),
      })}
      <div class="pair">
        ${textField('password', room.password, now.password, (value) => set('password', value), {
          type: 'password',
          autocomplete: 'new-password',
          maxLength: MAX_PASSWORD_LENGTH,
          disabled: now.noPassword,
          hint: channel?.locked === true ? room.passwordKeep : room.passwordNone,
          problem: this.fieldProblem('password'),
        })}
        ${this.#requiredField(now, set)}
      </div>
      ${
        channel?.locked === true
          ? checkField('no-password', room.passwordRemove, now.noPassword, (value) => set('noPassword', value))
          : nothing
      }
      ${this.#soundFields(now, set)} ${this.formProblem(FIELDS)}
      <div class="row end">
        ${
          draft.isEmpty
            ? nothing
            : button(common.discard, () => {
                draft.clear();
                this.requestUpdate();
              })
        }
        ${button(channel === undefined ? room.create : common.save, null, {
          kind: 'primary',
          busy: this.busy !== '',
          disabled: draft.isEmpty,
        })}
      </div>
    </form>`;
  }

  #parentField(
    channel: Channel | undefined,
    now: Fields,
    set: <K extends keyof Fields>(field: K, value: Fields[K]) => void,
  ): TemplateResult {
    const never = channel === undefined ? new Set<string>() : withInside(this.channels, channel.id);
    const rooms = this.channels.filter(({ id, serverId }) => serverId === now.serverId && !never.has(id));
    return selectField(
      'parent',
      this.text.room.parent,
      now.parentId ?? '',
      [['', this.text.room.top], ...rooms.map(({ id, name }) => [id, name] as const)],
      (value) => set('parentId', value === '' ? null : value),
    );
  }

  #requiredField(now: Fields, set: <K extends keyof Fields>(field: K, value: Fields[K]) => void): TemplateResult {
    const { room } = this.text;
    return selectField(
      'required',
      room.required,
      now.requiredRoleId ?? '',
      [
        ['', room.anyone],
        ...this.roles.filter(({ builtIn }) => builtIn !== 'guest').map(({ id, name }) => [id, name] as const),
      ],
      (value) => set('requiredRoleId', value === '' ? null : value),
      { hint: room.requiredHint },
    );
  }

  #soundFields(now: Fields, set: <K extends keyof Fields>(field: K, value: Fields[K]) => void): TemplateResult {
    const { room } = this.text;
    const forward = now.forwardLimit === null ? '' : String(now.forwardLimit);
    const counts = [...new Set([2, 4, 8, 16, MAX_FORWARD_LIMIT, now.forwardLimit ?? 0])]
      .filter((count) => count > 0)
      .sort((one, other) => one - other);
    return html`<div class="pair">
        ${selectField(
          'bitrate',
          room.bitrate,
          String(now.bitrateBps),
          withOther(room.bitrates, now.bitrateBps, (bps) => room.otherBitrate(bps / 1000)),
          (value) => set('bitrateBps', Number(value)),
        )}
        ${selectField(
          'forward',
          room.forward,
          forward,
          [
            ['', room.forwardAuto],
            ['0', room.forwardAll],
            ...counts.map((count) => [String(count), room.forwardSome(count)] as const),
          ],
          (value) => set('forwardLimit', value === '' ? null : Number(value)),
        )}
      </div>
      <div class="pair">
        ${numberField('limit', room.memberLimit, now.memberLimit, (value) => set('memberLimit', value), {
          min: 1,
          hint: room.noLimit,
          problem: this.fieldProblem('memberLimit'),
        })}
        ${selectField(
          'slow',
          room.slowMode,
          String(now.slowModeS),
          withOther(room.slowModes, now.slowModeS, room.otherSlowMode),
          (value) => set('slowModeS', Number(value)),
          { hint: room.slowModeHint },
        )}
      </div>`;
  }

  async #save(channel: Channel | undefined, draft: Draft<Fields>): Promise<void> {
    const now = draft.over(this.#saved(channel));
    if (this.busy !== '' || draft.isEmpty) return;
    const { room } = this.text;
    const { password, noPassword, serverId: _server, ...rest } = channel === undefined ? now : draft.changes;
    const secret = noPassword === true ? { password: null } : password ? { password } : {};
    let made = channel?.id;
    const work = async (): Promise<void> => {
      if (channel !== undefined) {
        const params = { path: { id: channel.id } };
        await take(this.api.PATCH('/api/channels/{id}', { params, body: { ...rest, ...secret } }));
        return;
      }
      const { name, topic, parentId, memberLimit, bitrateBps, forwardLimit, slowModeS, requiredRoleId } = now;
      const body = {
        serverId: now.serverId,
        name,
        topic,
        parentId,
        memberLimit,
        bitrateBps,
        forwardLimit,
        slowModeS,
        requiredRoleId,
      };
      made = (await take(this.api.POST('/api/channels', { body: { ...body, ...secret } }))).id;
    };
    const done = channel === undefined ? room.created(now.name) : room.saved(now.name);
    if (!(await this.submit('save', work, done))) return;
    draft.clear();
    this.dispatchEvent(new Event('admin-changed'));
    if (channel === undefined && made !== undefined) location.hash = linkTo('rooms', made);
  }
}

/** The usual choices, and the one in use if it is none of them. */
function withOther(
  usual: readonly (readonly [number, string])[],
  value: number,
  name: (value: number) => string,
): (readonly [string, string])[] {
  const all = usual.some(([one]) => one === value) ? usual : [...usual, [value, name(value)] as const];
  return all.map(([one, label]) => [String(one), label] as const);
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-room-editor': AdminRoomEditor;
  }
}
