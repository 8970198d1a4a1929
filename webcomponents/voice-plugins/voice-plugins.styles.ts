import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
  }

  .pane {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 20px;
  }

  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    min-width: 0;
  }

  h3 {
    padding-bottom: 4px;
    border-bottom: 1px solid var(--_border);
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }

  ol,
  section > ul {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }

  .offer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    padding: 8px 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }

  .offer .who {
    flex: 1 1 180px;
  }

  .offer .description {
    margin-top: 4px;
  }

  .installed {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    color: var(--_text-2);
    font-size: 13px;
  }

  .installed .icon {
    width: 16px;
    height: 16px;
  }

  .empty {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 12px 0;
    text-align: center;
    text-wrap: balance;
  }

  .empty > .icon {
    width: 28px;
    height: 28px;
    color: var(--_text-2);
  }

  .empty p {
    max-width: 46ch;
    font-size: 13px;
    line-height: 18px;
  }

  .drop {
    position: absolute;
    inset: -4px;
    display: grid;
    place-items: center;
    border: 2px dashed var(--_accent);
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_bg-raised) 85%, transparent);
    font-weight: 600;
    pointer-events: none;
  }

  .problem {
    margin-bottom: -8px;
  }
`;
