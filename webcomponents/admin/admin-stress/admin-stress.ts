import { MAX_STRESS_BOTS, MAX_STRESS_RAMP_S, MAX_STRESS_S, MIN_STRESS_S } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { infoIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-chart/admin-chart.ts';
import { AdminPage } from '../admin-page.ts';
import { take } from '../api/api-error.ts';
import type { Channel, Stress } from '../api/types.ts';
import { numberField, selectField } from '../parts/fields.ts';
import { button, emptyState } from '../parts/signs.ts';
import { Resource } from '../resource.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const EVERY_MS = 1_000;
const PEOPLE_PRESENT = 'stress.people_present';

/**
 * Bots that talk, and how the server bears it.
 *
 * @customElement admin-stress
 */
@define('admin-stress')
export class AdminStress extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private bots = 20;
  @state() private talkers = 2;
  @state() private rampS = 5;
  @state() private durationS = 60;
  @state() private channelId = '';
  readonly #rooms = new Resource(this, async () => (await take(this.api.GET('/api/channels'))).items);
  readonly #stress = new Resource<Stress>(this, () => take(this.api.GET('/api/stress')), EVERY_MS);

  protected override render(): TemplateResult {
    const { stress, shell } = this.text;
    return html`${this.header(shell.stress, stress.intro)}
    ${this.loaded(this.#stress, (now) => html`${this.#controls(now)} ${this.#charts(now)}`)}`;
  }

  #controls(now: Stress): unknown {
    const { stress } = this.text;
    if (now.running) {
      return html`<section class="card">
        <div class="page-header">
          <div role="status"><h2>${stress.running(now.bots)}</h2></div>
          <div class="actions">
            ${button(stress.stop, () => void this.#stop(), { kind: 'destructive', busy: this.busy !== '' })}
          </div>
        </div>
      </section>`;
    }
    return this.loaded(this.#rooms, (rooms) =>
      rooms.length === 0 ? emptyState(stress.noRooms, stress.noRoomsText) : this.#form(rooms, now),
    );
  }

  #form(rooms: readonly Channel[], now: Stress): TemplateResult {
    const { stress } = this.text;
    const room = this.#room(rooms);
    return html`<form
      class="card narrow-form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#start(room);
      }}
    >
      ${
        now.ended === null && now.failure === null
          ? nothing
          : html`<div class="notice">
              ${infoIcon}<span class="words"
                >${now.ended === null ? nothing : html`${stress.last}: ${now.ended}`}
                ${now.failure === null ? nothing : stress.failed(now.failed, now.failure)}</span
              >
            </div>`
      }
      <div class="pair">
        ${numberField('bots', stress.bots, this.bots, (value) => (this.bots = value ?? 0), {
          min: 1,
          max: MAX_STRESS_BOTS,
          required: true,
          hint: stress.botsHint(MAX_STRESS_BOTS),
          problem: this.fieldProblem('bots'),
        })}
        ${numberField('talkers', stress.talkers, this.talkers, (value) => (this.talkers = value ?? 0), {
          min: 0,
          max: this.bots,
          required: true,
          hint: stress.talkersHint,
          problem: this.talkers > this.bots ? stress.tooManyTalkers : this.fieldProblem('talkers'),
        })}
      </div>
      ${selectField(
        'room',
        stress.room,
        room,
        rooms.map(({ id, name }) => [id, name]),
        (id) => (this.channelId = id),
        { hint: stress.roomHint },
      )}
      <div class="pair">
        ${numberField('ramp', stress.ramp, this.rampS, (value) => (this.rampS = value ?? 0), { min: 0, max: MAX_STRESS_RAMP_S, required: true })}
        ${numberField('duration', stress.duration, this.durationS, (value) => (this.durationS = value ?? 0), {
          min: MIN_STRESS_S,
          max: MAX_STRESS_S,
          required: true,
          hint: stress.durationHint(MAX_STRESS_S),
        })}
      </div>
      <p class="hint">${stress.limits}</p>
      ${this.formProblem(['bots', 'talkers'])}
      <div class="row end">${button(stress.start, null, { kind: 'primary', busy: this.busy !== '' })}</div>
    </form>`;
  }

  /** The chosen one, or the emptiest. */
  #room(rooms: readonly Channel[]): string {
    if (rooms.some(({ id }) => id === this.channelId)) return this.channelId;
    return rooms.toSorted((one, other) => one.members - other.members)[0]?.id ?? '';
  }

  #charts({ history }: Stress): TemplateResult | typeof nothing {
    if (history.length === 0) return nothing;
    const { stress } = this.text;
    const { format } = this;
    const times = history.map(({ at }) => at);
    const chart = (
      label: string,
      tell: (value: number) => string,
      ...series: readonly (readonly [string, (sample: Stress['history'][number]) => number])[]
    ): TemplateResult =>
      html`<admin-chart
        label=${label}
        .times=${times}
        .tell=${tell}
        .series=${series.map(([name, of]) => ({ label: name, values: history.map(of) }))}
      ></admin-chart>`;
    return html`<div class="cards">
      ${chart(stress.delivered, (value) => format.number(value), [stress.deliveredPerS, ({ deliveredPerS }) => deliveredPerS])}
      ${chart(stress.loss, (value) => format.percent(value), [stress.loss, ({ lossPct }) => lossPct])}
      ${chart(
        stress.delay,
        (value) => format.milliseconds(value),
        [stress.median, ({ delayP50Ms }) => delayP50Ms],
        [stress.p99, ({ delayP99Ms }) => delayP99Ms],
      )}
      ${chart(stress.cpu, (value) => format.percent(value), [stress.relayCpu, ({ cpuPct }) => cpuPct], [stress.botsCpu, ({ botsCpuPct }) => botsCpuPct])}
    </div>`;
  }

  async #start(channelId: string): Promise<void> {
    if (this.busy !== '' || this.talkers > this.bots) return;
    const { bots, talkers, rampS, durationS } = this;
    const body = { bots, talkers, channelId, rampS, durationS };
    const start = (force: boolean): Promise<boolean> =>
      this.submit(
        'start',
        () => take(this.api.POST('/api/stress', { body: { ...body, force } })),
        this.text.stress.started,
      );
    if (!(await start(false)) && this.problem?.code === PEOPLE_PRESENT) {
      const { stress } = this.text;
      const question = { title: stress.forceTitle, text: stress.forceText, action: stress.forceAction };
      if (await this.ask(question)) await start(true);
    }
    await this.#stress.reload();
  }

  async #stop(): Promise<void> {
    await this.act('stop', () => take(this.api.DELETE('/api/stress')), this.text.stress.stopped);
    await this.#stress.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-stress': AdminStress;
  }
}
