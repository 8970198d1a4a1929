import { css } from 'lit';

export const styles = css`
  .body {
    display: grid;
    gap: 24px;
    padding: 8px 20px 24px;
    container-type: inline-size;
  }

  :host([embedded]) {
    display: block;
  }

  :host([embedded]) .body {
    gap: 20px;
    max-width: 520px;
    padding: 8px 12px 16px;
  }

  header {
    position: sticky;
    z-index: 1;
    top: 0;
    background: var(--_bg-raised);
  }

  .sections {
    position: sticky;
    z-index: 1;
    top: 48px;
    display: flex;
    gap: 4px;
    padding: 0 16px 8px;
    border-bottom: 1px solid var(--_border);
    background: var(--_bg-raised);
  }

  .sections button {
    min-height: max(28px, var(--_target));
    padding: 0 12px;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    font-weight: 500;
    cursor: pointer;
  }

  .sections button:hover {
    background: var(--_hover);
  }

  .sections button[aria-pressed='true'] {
    background: var(--_pressed);
    color: var(--_text);
  }

  .sections + .body {
    padding-top: 16px;
  }

  @media (forced-colors: active) {
    .sections button[aria-pressed='true'] {
      border: 1px solid Highlight;
    }
  }

  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    min-width: 0;
  }

  h3 {
    margin: 0;
    padding-bottom: 4px;
    border-bottom: 1px solid var(--_border);
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
    gap: 12px;
  }

  fieldset {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
    gap: 8px;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  fieldset.theme {
    grid-template-columns: repeat(3, 1fr);
  }

  .choice {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 8px;
    align-items: center;
    min-height: max(36px, var(--_target));
    padding: 6px 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    cursor: pointer;
  }

  .choice:hover {
    background: var(--_hover);
  }

  .choice:has(:checked) {
    border-color: var(--_accent);
    background: var(--_selected);
  }

  .choice:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  .choice input {
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--_accent);
    outline: 0;
  }

  .choice .hint {
    grid-column: 2;
  }

  .echo {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }

  .echo .hint {
    flex: 1 1 200px;
  }

  .key {
    display: flex;
    align-items: center;
    gap: 12px;
  }

  kbd {
    min-width: 32px;
    padding: 4px 8px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
    background: var(--_bg-side);
    font: 500 13px/20px var(--_mono);
    text-align: center;
  }

  .volume {
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr) minmax(96px, 1.2fr) 48px;
    align-items: center;
    gap: 8px;
    min-height: 32px;
    --voice-avatar-size: 24px;
  }

  .volume bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  /* Beside a narrow slider there is no place for a name: it stands above. */
  @container (width < 300px) {
    .volume {
      grid-template-columns: 24px minmax(0, 1fr) 48px;
    }

    .volume input {
      grid-area: 2 / 1 / auto / -2;
    }

    .volume output {
      grid-area: 2 / 3;
    }

    .volume bdi {
      grid-column: 2 / -1;
    }
  }

  output {
    color: var(--_text-2);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  .problem {
    color: var(--_danger);
    font-size: 13px;
  }

  p {
    margin: 0;
  }
`;
