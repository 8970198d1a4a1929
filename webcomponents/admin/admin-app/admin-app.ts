import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { leaveIcon, markIcon, roomIcon, warningIcon } from '../../icons.ts';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import '../../voice-avatar/voice-avatar.ts';
import { define } from '../../voice-element.ts';
import '../admin-confirm/admin-confirm.ts';
import type { AdminConfirm } from '../admin-confirm/admin-confirm.ts';
import { AdminPage } from '../admin-page.ts';
import '../admin-sign-in/admin-sign-in.ts';
import '../admin-toasts/admin-toasts.ts';
import type { AdminToasts } from '../admin-toasts/admin-toasts.ts';
import { Session } from '../api/session.ts';
import type { AdminAskEvent } from '../events/admin-ask.ts';
import type { AdminToastEvent } from '../events/admin-toast.ts';
import { menuIcon } from '../icons.ts';
import { PAGES, type PageInfo } from '../pages.ts';
import { emptyState } from '../parts/signs.ts';
import { linkTo, routeOf, setupCodeOf } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-app.styles.ts';

const NAME = 'Switchboard';

/**
 * The whole dashboard: who one is, the navigation, and the page that the address names.
 *
 * @customElement admin-app
 */
@define('admin-app')
export class AdminApp extends AdminPage {
  static override styles = [theme, controls, parts, page, styles];

  @property({ attribute: false }) override session = new Session();
  @state() private code: string | undefined;
  @query('dialog.drawer') private readonly drawer!: HTMLDialogElement | null;
  @query('admin-confirm') private readonly confirm!: AdminConfirm;
  @query('admin-toasts') private readonly toasts!: AdminToasts;
  #stopSession: (() => void) | undefined;
  /** What is on the screen, to notice when it becomes something else. */
  #shown = '';

  constructor() {
    super();
    this.addEventListener('admin-toast', (event: AdminToastEvent) => this.toasts.show(event));
    this.addEventListener('admin-ask', (event: AdminAskEvent) => this.confirm.show(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#moved);
    window.addEventListener('beforeunload', this.#leaving);
    this.#stopSession = this.session.onChanged(() => this.requestUpdate());
    this.#moved();
    void this.session.start();
  }

  override disconnectedCallback(): void {
    window.removeEventListener('hashchange', this.#moved);
    window.removeEventListener('beforeunload', this.#leaving);
    this.#stopSession?.();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    return html`${this.#inside()}<admin-confirm></admin-confirm><admin-toasts></admin-toasts>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const { status } = this.session;
    const current = status === 'signed-in' ? this.#current() : undefined;
    document.title = [current === undefined ? '' : this.text.shell[current.id], this.text.shell.title, NAME]
      .filter((part) => part !== '')
      .join(' · ');
    const shown = status === 'signed-in' ? `page ${this.route.page}` : status;
    if (shown === this.#shown) return;
    const isFirst = this.#shown === '' || this.#shown === 'starting';
    this.#shown = shown;
    // Whoever opens the dashboard is where browsers put them; whoever moves on is told where they are.
    if (!isFirst) void this.#focusHeading();
  }

  #inside(): TemplateResult {
    switch (this.session.status) {
      case 'starting':
        return html`<div class="starting" role="status">
          ${markIcon}<span class="sr-only">${this.text.common.loading}</span>
          <span class="spinner" aria-hidden="true"></span>
        </div>`;
      case 'unreachable':
        return html`<main class="door">
          ${warningIcon}
          <h1 tabindex="-1">${this.text.shell.unreachable}</h1>
          <p class="muted">${this.text.errors['client.unreachable']}</p>
          <button class="button primary" @click=${() => void this.session.start()}>${this.text.common.tryAgain}</button>
        </main>`;
      case 'signed-out':
        return html`<admin-sign-in
          .session=${this.session}
          .code=${this.code}
          @admin-set-up-done=${() => (this.code = undefined)}
        ></admin-sign-in>`;
      case 'signed-in':
        return this.#frame();
    }
  }

  #frame(): TemplateResult {
    const { shell } = this.text;
    const current = this.#current();
    return html`<button class="button skip" @click=${() => void this.#focusHeading()}>${shell.skip}</button>
      <div class="frame">
        <aside>${this.#side(current)}</aside>
        <header class="bar">
          <button
            class="icon-button"
            aria-label=${shell.menu}
            aria-haspopup="dialog"
            @click=${() => this.drawer?.showModal()}
          >
            ${menuIcon}</button
          ><strong>${current === undefined ? NAME : shell[current.id]}</strong>
        </header>
        <main>${current === undefined ? this.#nowhere() : current.show(this.session, this.route)}</main>
      </div>
      <dialog class="drawer" aria-label=${shell.navigation} @click=${this.#drawerClicked}>
        ${this.#side(current)}
      </dialog>`;
  }

  #side(current: PageInfo | undefined): TemplateResult {
    const { shell } = this.text;
    const { me } = this.session;
    const groups = Object.entries(shell.groups).map(([group, title]) => {
      const pages = PAGES.filter((page) => page.group === group && page.isFor(this.session));
      return pages.length === 0
        ? nothing
        : html`<h2>${title}</h2>
            <ul>
              ${pages.map((info) => this.#link(info, info === current))}
            </ul>`;
    });
    return html`<div class="side">
      <div class="bar">${markIcon}<strong>${NAME}</strong></div>
      <nav aria-label=${shell.navigation}>${groups}</nav>
      <div class="foot">
        <div class="me">
          <voice-avatar .name=${me?.nickname ?? ''} .userId=${me?.id ?? ''}></voice-avatar>
          <div><bdi>${me?.nickname}</bdi><span class="hint">${me?.roles.map(({ name }) => name).join(', ')}</span></div>
        </div>
        <a href="../">${roomIcon}${shell.openRoom}</a>
        <button type="button" @click=${() => void this.act('sign-out', () => this.session.signOut())}>
          ${leaveIcon}${shell.signOut}
        </button>
      </div>
    </div>`;
  }

  #link(info: PageInfo, isCurrent: boolean): TemplateResult {
    const { shell } = this.text;
    const hasDraft = [...this.session.drafts.keys()].some((key) => key.startsWith(`${info.id}:`));
    return html`<li>
      <a href=${linkTo(info.id)} aria-current=${isCurrent ? 'page' : nothing}
        >${info.icon}${shell[info.id]}${
          hasDraft
            ? html`<span class="draft" title=${this.text.common.unsaved}></span
                ><span class="sr-only">, ${shell.hasDraft}</span>`
            : nothing
        }</a
      >
    </li>`;
  }

  #nowhere(): TemplateResult {
    const { shell } = this.text;
    const [first] = PAGES.filter((page) => page.isFor(this.session));
    if (first === undefined) {
      return html`<h1 class="sr-only" tabindex="-1">${shell.nothingAllowed}</h1>
        ${emptyState(shell.nothingAllowed, shell.nothingAllowedText, html`<a class="button" href="../">${shell.openRoom}</a>`)}`;
    }
    return html`<h1 class="sr-only" tabindex="-1">${shell.notFound}</h1>
      ${emptyState(shell.notFound, shell.notFoundText, html`<a class="button" href=${linkTo(first.id)}>${shell.toStart}</a>`)}`;
  }

  #current(): PageInfo | undefined {
    const allowed = PAGES.filter((page) => page.isFor(this.session));
    return this.route.page === '' ? allowed[0] : allowed.find(({ id }) => id === this.route.page);
  }

  async #focusHeading(): Promise<void> {
    await this.updateComplete;
    const shown = this.renderRoot.querySelector('main > *, admin-sign-in');
    if (shown instanceof AdminPage) await shown.updateComplete;
    const heading = (shown?.shadowRoot ?? this.renderRoot).querySelector<HTMLElement>('h1');
    heading?.focus();
    window.scrollTo({ top: 0 });
  }

  readonly #moved = (): void => {
    const code = setupCodeOf(location.hash);
    if (code !== undefined) {
      this.code = code;
      // Who looks at the address, or at what the browser remembers, must not find it.
      history.replaceState(history.state, '', location.pathname + location.search);
    }
    this.route = routeOf(location.hash);
    this.drawer?.close();
  };

  readonly #leaving = (event: BeforeUnloadEvent): void => {
    if (this.session.drafts.size > 0) event.preventDefault();
  };

  readonly #drawerClicked = (event: MouseEvent): void => {
    const isLink = event.composedPath().some((target) => target instanceof HTMLAnchorElement);
    if (event.target === this.drawer || isLink) this.drawer?.close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-app': AdminApp;
  }
}
