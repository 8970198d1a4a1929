import { CHANNEL_PERMISSIONS } from '@switchboard/protocol';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { closeIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { ChannelRule, Role } from '../api/types.ts';
import { Draft } from '../draft.ts';
import { checkIcon } from '../icons.ts';
import { button } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { matrix } from '../styles/matrix.styles.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

type Permission = (typeof CHANNEL_PERMISSIONS)[number];
type State = 'inherit' | 'allow' | 'deny';

const NEXT: Readonly<Record<State, State>> = { inherit: 'allow', allow: 'deny', deny: 'inherit' };

/** By role, then permission; what is as elsewhere is left out. */
type Cells = Readonly<Record<string, Readonly<Partial<Record<Permission, State>>>>>;

/**
 * What roles may do in one room, where that differs: allowed, denied, or as elsewhere.
 *
 * @customElement admin-room-rules
 */
@define('admin-room-rules')
export class AdminRoomRules extends AdminPage {
  static override styles = [theme, controls, parts, page, matrix];

  @property() channelId = '';
  @property({ attribute: false }) roles: readonly Role[] = [];
  readonly #rules = new Resource(this, () =>
    take(this.api.GET('/api/channels/{id}/rules', { params: { path: { id: this.channelId } } })),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('channelId') && this.hasUpdated) void this.#rules.restart();
  }

  protected override render(): TemplateResult {
    const { rules, room } = this.text;
    return html`<section class="card" aria-labelledby="title">
      <div>
        <h2 id="title">${room.rules}</h2>
        <p class="intro">${rules.intro} ${rules.legend}</p>
      </div>
      ${this.loaded(this.#rules, ({ items }) => this.#matrix(items))}
    </section>`;
  }

  #matrix(list: readonly ChannelRule[]): TemplateResult {
    const draft = new Draft<{ cells: Cells }>(this.session, `rooms:rules:${this.channelId}`);
    const saved = { cells: cellsOf(list) };
    const { cells } = draft.over(saved);
    const roles = this.roles.toSorted((one, other) => one.rank - other.rank);
    const { rules, common } = this.text;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${rules.matrix}>
        <table>
          <thead>
            <tr>
              <th scope="col">${rules.permission}</th>
              ${roles.map((role) => html`<th scope="col"><bdi>${role.name}</bdi></th>`)}
            </tr>
          </thead>
          <tbody>
            ${CHANNEL_PERMISSIONS.map(
              (permission) =>
                html`<tr>
                  <th scope="row">${this.text.permissions[permission].name}</th>
                  ${roles.map((role) => html`<td>${this.#cell(role, permission, cells, saved, draft)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${this.formProblem()}
      <div class="row end">
        ${draft.isEmpty ? nothing : button(common.discard, () => this.#change(() => draft.clear()))}
        ${button(common.save, () => void this.#save(cells, draft), {
          kind: 'primary',
          busy: this.busy !== '',
          disabled: draft.isEmpty,
        })}
      </div>`;
  }

  #cell(
    role: Role,
    permission: Permission,
    cells: Cells,
    saved: { cells: Cells },
    draft: Draft<{ cells: Cells }>,
  ): TemplateResult {
    const { rules } = this.text;
    const state = role.builtIn === 'admin' ? 'allow' : (cells[role.id]?.[permission] ?? 'inherit');
    const locked = this.#locked(role, permission);
    const name = rules.cell(this.text.permissions[permission].name, role.name, rules[state]);
    return html`<button
      type="button"
      class="tri ${state}"
      aria-label=${locked === undefined ? name : `${name}. ${locked}`}
      title=${locked ?? rules[state]}
      aria-disabled=${locked === undefined ? 'false' : 'true'}
      @click=${() => {
        if (locked !== undefined) this.toast(locked, 'failed');
        else this.#change(() => draft.set(saved, 'cells', withState(cells, role.id, permission, NEXT[state])));
      }}
    >
      ${state === 'allow' ? checkIcon : state === 'deny' ? closeIcon : html`<span class="dash"></span>`}
    </button>`;
  }

  #locked(role: Role, permission: Permission): string | undefined {
    const { rules } = this.text;
    if (role.builtIn === 'admin') return rules.admin;
    if (!this.session.outranks(role.rank)) return rules.tooHigh;
    return this.may(permission) ? undefined : rules.notYours;
  }

  #change(work: () => void): void {
    work();
    this.requestUpdate();
  }

  async #save(cells: Cells, draft: Draft<{ cells: Cells }>): Promise<void> {
    const items = Object.entries(cells).map(([roleId, states]): ChannelRule => {
      const having = (wanted: State): Permission[] =>
        CHANNEL_PERMISSIONS.filter((permission) => states[permission] === wanted);
      return { roleId, allow: having('allow'), deny: having('deny') };
    });
    const params = { path: { id: this.channelId } };
    const work = (): Promise<unknown> => take(this.api.PUT('/api/channels/{id}/rules', { params, body: { items } }));
    if (!(await this.submit('save', work, this.text.rules.saved))) return;
    await this.#rules.reload();
    draft.clear();
    this.requestUpdate();
  }
}

function cellsOf(rules: readonly ChannelRule[]): Cells {
  let cells: Cells = {};
  for (const { roleId, allow, deny } of rules) {
    for (const permission of allow) cells = withState(cells, roleId, permission, 'allow');
    for (const permission of deny) cells = withState(cells, roleId, permission, 'deny');
  }
  return cells;
}

/** Keys are in one order, whatever was pressed before: going back is no change then. */
function withState(cells: Cells, roleId: string, permission: Permission, state: State): Cells {
  const before = cells[roleId] ?? {};
  const after = Object.fromEntries(
    CHANNEL_PERMISSIONS.map(
      (name) => [name, name === permission ? state : (before[name] ?? 'inherit')] as const,
    ).filter(([, one]) => one !== 'inherit'),
  );
  const others = Object.entries(cells).filter(([id]) => id !== roleId);
  const mine = Object.keys(after).length === 0 ? [] : [[roleId, after] as const];
  return Object.fromEntries([...others, ...mine].sort(([one], [other]) => one.localeCompare(other)));
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-room-rules': AdminRoomRules;
  }
}
