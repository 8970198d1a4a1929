import { html, nothing, type TemplateResult } from 'lit';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { define } from '../../voice-element.ts';
import '../admin-accounts/admin-accounts.ts';
import '../admin-live/admin-live.ts';
import { AdminPage } from '../admin-page.ts';
import { inviteIcon } from '../icons.ts';
import { linkTo } from '../route.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

const ACCOUNTS = 'accounts';

/**
 * Who is here now, and who has an account.
 *
 * @customElement admin-people
 */
@define('admin-people')
export class AdminPeople extends AdminPage {
  static override styles = [theme, controls, parts, page];

  protected override render(): TemplateResult {
    const { people, shell } = this.text;
    const mayLive = this.may('member.kick');
    const mayAccounts = this.may('user.manage');
    const showsAccounts = mayAccounts && (this.route.rest === ACCOUNTS || !mayLive);
    const invite = this.may('invite.create')
      ? html`<a class="button link" href=${linkTo('invites')}>${inviteIcon}${people.invite}</a>`
      : nothing;
    const tab = (rest: string, label: string, isCurrent: boolean): TemplateResult =>
      html`<a href=${linkTo('people', rest)} aria-current=${isCurrent ? 'true' : nothing}>${label}</a>`;
    return html`${this.header(shell.people, people.intro, invite)}
    ${
      mayLive && mayAccounts
        ? html`<nav class="tabs" aria-label=${people.sections}>
            ${tab('', people.live, !showsAccounts)} ${tab(ACCOUNTS, people.accounts, showsAccounts)}
          </nav>`
        : nothing
    }
    ${
      showsAccounts
        ? html`<admin-accounts .session=${this.session}></admin-accounts>`
        : html`<admin-live .session=${this.session}></admin-live>`
    }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-people': AdminPeople;
  }
}
