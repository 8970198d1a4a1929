import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../styles/controls.styles.ts';
import { theme } from '../../styles/theme.styles.ts';
import '../../voice-avatar/voice-avatar.ts';
import { define } from '../../voice-element.ts';
import { AdminElement } from '../admin-element.ts';
import '../admin-menu/admin-menu.ts';
import { parts } from '../styles/parts.styles.ts';
import { styles } from './admin-table.styles.ts';

export interface Column<T> {
  readonly label: string;
  readonly cell: (row: T) => unknown;
  /** `end` for figures; `menu` for what can be done with the row; `fit` for what needs no room; `wide` for prose. */
  readonly kind?: 'end' | 'menu' | 'fit' | 'wide';
}

/** Columns of rows of one kind, for the table, which takes any. */
export function columns<T>(list: readonly Column<T>[]): readonly Column<unknown>[] {
  return list as readonly Column<unknown>[];
}

/**
 * Rows under column headings; where it is narrow, each row is a card that names its values. The first column says what
 * the row is.
 *
 * @customElement admin-table
 */
@define('admin-table')
export class AdminTable extends AdminElement {
  static override styles = [theme, controls, parts, styles];

  /** What the rows are, for those who hear the page. */
  @property() label = '';
  @property({ attribute: false }) columns: readonly Column<unknown>[] = [];
  @property({ attribute: false }) rows: readonly unknown[] = [];
  /** Tells rows apart, so that the focus stays with its row. */
  @property({ attribute: false }) key: (row: never) => string | number = () => '';

  // Cards are made of the table by `display`, which takes away what it is to some: the roles are said.
  protected override render(): TemplateResult {
    const key = this.key as (row: unknown) => string | number;
    return html`<table role="table" aria-label=${this.label}>
      <thead role="rowgroup">
        <tr role="row">
          ${this.columns.map(
            ({ label, kind }) =>
              html`<th role="columnheader" scope="col" class=${kind ?? ''}>
                ${kind === 'menu' ? html`<span class="sr-only">${label}</span>` : label}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(this.rows, key, (row) => this.#row(row))}
      </tbody>
    </table>`;
  }

  #row(row: unknown): TemplateResult {
    const [first, ...others] = this.columns;
    return html`<tr role="row">
      ${first === undefined ? nothing : html`<th role="rowheader" scope="row">${first.cell(row)}</th>`}
      ${others.map(({ label, kind, cell }) => {
        const content = cell(row);
        // A card leaves out what has no value.
        const labelled = kind === 'menu' || content === nothing || content === '' ? nothing : label;
        return html`<td role="cell" class=${kind ?? ''} data-label=${labelled}>${content}</td>`;
      })}
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-table': AdminTable;
  }
}
