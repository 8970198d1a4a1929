import type { Permission } from '@switchboard/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { retryAction, warningIcon } from './parts/signs.ts';
import { apiErrorOf, type ApiError } from './api/api-error.ts';
import type { Session } from './api/session.ts';
import { AdminElement } from './admin-element.ts';
import { AdminAskEvent, type Question } from './events/admin-ask.ts';
import { AdminToastEvent } from './events/admin-toast.ts';
import type { Resource } from './resource.ts';
import type { Route } from './route.ts';
import { sentenceOf } from './strings/strings.ts';

/** What the pages of the dashboard share: the session, how something is done, and how it is shown while it is not there. */
export abstract class AdminPage extends AdminElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) route: Route = { page: '', rest: '' };
  /** Which act is under way; its button says so. */
  @state() protected busy = '';
  /** Why the form at hand was not taken. */
  @state() protected problem: ApiError | null = null;

  protected get api(): Session['api'] {
    return this.session.api;
  }

  protected may(permission: Permission): boolean {
    return this.session.may(permission);
  }

  protected sentence(error: ApiError): string {
    return sentenceOf(this.text, error);
  }

  protected toast(message: string, tone: 'done' | 'failed' = 'done'): void {
    this.dispatchEvent(new AdminToastEvent(message, tone));
  }

  protected ask(question: Question): Promise<boolean> {
    return new Promise((resolve) => this.dispatchEvent(new AdminAskEvent(question, resolve)));
  }

  /** Does something; a line tells how it went. False if it failed. */
  protected async act(name: string, work: () => Promise<unknown>, done?: string): Promise<boolean> {
    const problem = await this.#try(name, work);
    if (problem !== null) this.toast(this.sentence(problem), 'failed');
    else if (done !== undefined) this.toast(done);
    return problem === null;
  }

  /** The same for a form, which shows its `problem` itself. */
  protected async submit(name: string, work: () => Promise<unknown>, done?: string): Promise<boolean> {
    this.problem = await this.#try(name, work);
    if (this.problem === null && done !== undefined) this.toast(done);
    return this.problem === null;
  }

  protected header(title: string, intro: string, actions: unknown = nothing): TemplateResult {
    return html`<header class="page-header">
      <div>
        <h1 tabindex="-1"><bdi>${title}</bdi></h1>
        ${intro === '' ? nothing : html`<p class="intro">${intro}</p>`}
      </div>
      ${actions === nothing ? nothing : html`<div class="actions">${actions}</div>`}
    </header>`;
  }

  /** What was loaded; until then that it is on its way, or why it is not. */
  protected loaded<T>(resource: Resource<T>, show: (value: T) => unknown): unknown {
    const { value, problem } = resource;
    const failed =
      problem === null
        ? nothing
        : html`<div class="notice failed" role="alert">
            ${warningIcon}<span class="words">${this.sentence(problem)}</span>
            ${retryAction(this.text.common.tryAgain, () => void resource.reload())}
          </div>`;
    if (value !== undefined) return html`${failed}${show(value)}`;
    if (problem !== null) return failed;
    return html`<div class="loading" role="status">
      <span class="spinner" aria-hidden="true"></span>${this.text.common.loading}
    </div>`;
  }

  /** Why a form was not taken, unless one of its fields says it. */
  protected formProblem(fields: readonly string[] = []): TemplateResult {
    const { problem } = this;
    const isShown = problem !== null && !(problem.field !== undefined && fields.includes(problem.field));
    return html`<div role="alert">
      ${
        isShown
          ? html`<div class="notice failed">${warningIcon}<span class="words">${this.sentence(problem)}</span></div>`
          : nothing
      }
    </div>`;
  }

  protected fieldProblem(field: string): string | undefined {
    return this.problem?.field === field ? this.sentence(this.problem) : undefined;
  }

  async #try(name: string, work: () => Promise<unknown>): Promise<ApiError | null> {
    this.busy = name;
    try {
      await work();
      return null;
    } catch (error) {
      return apiErrorOf(error);
    } finally {
      this.busy = '';
    }
  }
}
