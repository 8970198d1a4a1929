import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import { warningIcon } from '../../icons.ts';
import { define } from '../../voice-element.ts';
import { AdminPage } from '../admin-page.ts';
import { button } from '../parts/signs.ts';
import { page } from '../styles/page.styles.ts';
import { parts } from '../styles/parts.styles.ts';

/**
 * Everything as one file: taken out, and put back.
 *
 * @customElement admin-backup
 */
@define('admin-backup')
export class AdminBackup extends AdminPage {
  static override styles = [theme, controls, parts, page];

  @state() private file: File | null = null;
  @state() private noFile = false;

  protected override render(): TemplateResult {
    const { backup, shell } = this.text;
    return html`${this.header(shell.backup, backup.intro)}
      <section class="card narrow-form" aria-labelledby="download">
        <h2 id="download">${backup.download}</h2>
        <p>${backup.downloadText}</p>
        <div>
          ${button(this.busy === 'download' ? backup.downloading : backup.download, () => void this.#download(), {
            kind: 'primary',
            busy: this.busy === 'download',
          })}
        </div>
      </section>
      <section class="card narrow-form" aria-labelledby="restore">
        <h2 id="restore">${backup.restore}</h2>
        <div class="notice warning">${warningIcon}<span class="words">${backup.restoreText}</span></div>
        <form class="form" @submit=${this.#restore}>
          <div class="field">
            <label for="file">${backup.file}</label>
            <input
              id="file"
              type="file"
              accept=".sqlite,.db,application/vnd.sqlite3"
              aria-describedby=${this.noFile ? 'no-file' : nothing}
              @change=${this.#chosen}
            />
            ${this.noFile ? html`<span class="error" id="no-file" role="alert">${backup.noFile}</span>` : nothing}
          </div>
          ${this.formProblem()}
          <div>
            ${button(this.busy === 'restore' ? backup.uploading : backup.choose, null, {
              kind: 'danger',
              busy: this.busy === 'restore',
            })}
          </div>
        </form>
      </section>`;
  }

  async #download(): Promise<void> {
    await this.act(
      'download',
      async () => {
        const response = await this.session.raw('/api/backups/current');
        const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
        save(await response.blob(), named ?? 'switchboard.sqlite');
      },
      this.text.backup.downloaded,
    );
  }

  readonly #chosen = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.file = event.target.files?.[0] ?? null;
    this.noFile = false;
    this.problem = null;
  };

  readonly #restore = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { file } = this;
    this.noFile = file === null;
    if (file === null || this.busy !== '') return;
    const { backup } = this.text;
    const agreed = await this.ask({
      title: backup.restoreTitle,
      text: backup.restoreQuestion(file.name),
      action: backup.restoreAction,
      typed: backup.typed,
    });
    if (!agreed) return;
    const headers = { 'content-type': 'application/octet-stream' };
    await this.submit(
      'restore',
      () => this.session.raw('/api/backups/restore', { method: 'POST', headers, body: file }),
      backup.restored,
    );
  };
}

/** A file that was fetched goes where the browser keeps downloads. */
function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-backup': AdminBackup;
  }
}
