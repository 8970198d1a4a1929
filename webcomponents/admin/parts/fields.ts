import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export interface FieldLook {
  readonly hint?: unknown;
  /** Why its value was not taken. */
  readonly problem?: string | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly placeholder?: string;
}

export interface TextLook extends FieldLook {
  readonly type?: 'text' | 'password' | 'number' | 'search' | 'url' | 'date' | 'datetime-local';
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly autocomplete?: string;
  readonly autofocus?: boolean;
}

/** A label, a control, a hint and what is wrong, tied together for those who hear them. Ids are unique in the shadow root. */
function field(id: string, label: string, look: FieldLook, control: TemplateResult): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control} ${look.hint === undefined ? nothing : html`<span class="hint" id="${id}-hint">${look.hint}</span>`}
    ${look.problem === undefined ? nothing : html`<span class="error" id="${id}-error" role="alert">${look.problem}</span>`}
  </div>`;
}

function describedBy(id: string, look: FieldLook): string | typeof nothing {
  const ids = [look.problem === undefined ? '' : `${id}-error`, look.hint === undefined ? '' : `${id}-hint`];
  return ids.join(' ').trim() || nothing;
}

function valueOf(event: Event): string {
  const { target } = event;
  const isControl =
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  return isControl ? target.value : '';
}

export function textField(
  id: string,
  label: string,
  value: string,
  changed: (value: string) => void,
  look: TextLook = {},
): TemplateResult {
  return field(
    id,
    label,
    look,
    html`<input
      id=${id}
      name=${id}
      type=${look.type ?? 'text'}
      dir=${look.type === undefined || look.type === 'search' ? 'auto' : nothing}
      .value=${live(value)}
      ?required=${look.required ?? false}
      ?disabled=${look.disabled ?? false}
      ?autofocus=${look.autofocus ?? false}
      placeholder=${look.placeholder ?? nothing}
      maxlength=${look.maxLength ?? nothing}
      minlength=${look.minLength ?? nothing}
      min=${look.min ?? nothing}
      max=${look.max ?? nothing}
      autocomplete=${look.autocomplete ?? 'off'}
      aria-invalid=${look.problem === undefined ? 'false' : 'true'}
      aria-describedby=${describedBy(id, look)}
      @input=${(event: Event) => changed(valueOf(event))}
    />`,
  );
}

/** A whole number, or null where it is left empty. */
export function numberField(
  id: string,
  label: string,
  value: number | null,
  changed: (value: number | null) => void,
  look: Omit<TextLook, 'type'> = {},
): TemplateResult {
  const took = (text: string): void => changed(text.trim() === '' ? null : Number(text));
  return textField(id, label, value === null ? '' : String(value), took, { ...look, type: 'number' });
}

export function areaField(
  id: string,
  label: string,
  value: string,
  changed: (value: string) => void,
  look: FieldLook & { readonly maxLength?: number } = {},
): TemplateResult {
  return field(
    id,
    label,
    look,
    html`<textarea
      id=${id}
      name=${id}
      dir="auto"
      maxlength=${look.maxLength ?? nothing}
      .value=${live(value)}
      ?required=${look.required ?? false}
      aria-invalid=${look.problem === undefined ? 'false' : 'true'}
      aria-describedby=${describedBy(id, look)}
      @input=${(event: Event) => changed(valueOf(event))}
    ></textarea>`,
  );
}

/** @param options value and label of each */
export function selectField(
  id: string,
  label: string,
  value: string,
  options: readonly (readonly [string, string])[],
  changed: (value: string) => void,
  look: FieldLook = {},
): TemplateResult {
  return field(
    id,
    label,
    look,
    html`<select
      id=${id}
      name=${id}
      ?required=${look.required ?? false}
      ?disabled=${look.disabled ?? false}
      aria-describedby=${describedBy(id, look)}
      @change=${(event: Event) => changed(valueOf(event))}
    >
      ${options.map(([key, name]) => html`<option value=${key} .selected=${live(key === value)}>${name}</option>`)}
    </select>`,
  );
}

export interface CheckLook {
  readonly hint?: unknown;
  /** Why it cannot be changed; it stays in reach of the keyboard, so that the reason is heard. */
  readonly locked?: string | undefined;
}

export function checkField(
  id: string,
  label: unknown,
  checked: boolean,
  changed: (checked: boolean) => void,
  { hint, locked }: CheckLook = {},
): TemplateResult {
  return html`<label class="check"
    ><input
      type="checkbox"
      id=${id}
      .checked=${live(checked)}
      aria-disabled=${locked === undefined ? nothing : 'true'}
      aria-describedby=${hint === undefined && locked === undefined ? nothing : `${id}-hint`}
      @click=${(event: Event) => {
        if (locked !== undefined) event.preventDefault();
      }}
      @change=${(event: Event) => changed(event.target instanceof HTMLInputElement && event.target.checked)}
    /><span
      ><span>${label}</span>${
        hint === undefined && locked === undefined
          ? nothing
          : html`<span class="hint" id="${id}-hint">${locked ?? hint}</span>`
      }</span
    ></label
  >`;
}
