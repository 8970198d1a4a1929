import { css } from 'lit';

/**
 * The look, in one place. `--voice-*` are the page's to set; `--_*` are what the elements use. Both themes stand side
 * by side in `light-dark()`, and `color-scheme` of the root element decides.
 */
export const theme = css`
  :host {
    --_accent: var(--voice-accent, light-dark(#0b7558, #3ecf9b));
    --_on-accent: var(--voice-on-accent, light-dark(#ffffff, #04231a));
    --_primary: var(--voice-primary, var(--_accent));
    --_on-primary: var(--voice-on-primary, var(--_on-accent));
    --_primary-border: var(--voice-primary-border, transparent);
    --_focus: var(--voice-focus, var(--_accent));
    --_speaking: var(--voice-speaking, var(--_accent));
    --_bg: var(--voice-background, light-dark(#ffffff, #17191e));
    --_bg-side: var(--voice-background-side, light-dark(#f5f6f8, #111317));
    --_bg-raised: var(--voice-background-raised, light-dark(#ffffff, #22252c));
    --_text: var(--voice-text, light-dark(#1a1e26, #e7e9ee));
    --_text-2: var(--voice-text-secondary, light-dark(#59616f, #a0a7b4));
    --_border: var(--voice-border, light-dark(#e1e4e9, #2b2f37));
    /* Around what a tint alone sets off. */
    --_tint-border: var(--voice-tint-border, transparent);
    --_field: var(--voice-field, var(--_bg));
    --_field-border: var(--voice-field-border, light-dark(#858d9b, #6d7583));
    --_hover: var(--voice-hover, light-dark(#1a1e260d, #ffffff0f));
    --_pressed: var(--voice-pressed, light-dark(#1a1e261a, #ffffff1c));
    --_selected: var(--voice-selected, color-mix(in srgb, var(--_accent) 14%, transparent));
    --_danger: var(--voice-danger, light-dark(#b4232f, #ff8b91));
    --_danger-tint: color-mix(in srgb, var(--_danger) 12%, transparent);
    --_warning: var(--voice-warning, light-dark(#855000, #f2b65a));
    --_warning-tint: color-mix(in srgb, var(--_warning) 12%, transparent);
    --_shadow: var(
      --voice-shadow,
      0 8px 28px light-dark(#1a1e2626, #0000008c),
      0 1px 3px light-dark(#1a1e2626, #00000066)
    );
    --_radius: var(--voice-radius, 8px);
    --_radius-small: calc(var(--_radius) * 0.75);
    --_target: 32px;
    --_fast: 120ms ease-out;
    --_mono: var(--voice-font-mono, ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace);
    box-sizing: border-box;
    color: var(--_text);
    font: 400 var(--voice-font-size, 14px) / 20px
      var(--voice-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
  }

  :host([hidden]) {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  .icon {
    display: block;
    flex: none;
  }

  .sr-only {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (pointer: coarse) {
    :host {
      --_target: 44px;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition-duration: 0s !important;
      animation-duration: 0s !important;
      animation-iteration-count: 1 !important;
    }
  }
`;
