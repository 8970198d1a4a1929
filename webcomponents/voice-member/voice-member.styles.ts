import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
  }

  [part='row'] {
    display: flex;
    align-items: center;
    gap: 4px;
    min-height: 44px;
    padding: 4px 8px;
    border-radius: var(--_radius-small);
  }

  [part='row']:hover {
    background: var(--_hover);
  }

  .lines {
    flex: 1;
    margin-inline-start: 8px;
    min-width: 0;
  }

  .lines > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  [part='name'] {
    font-weight: 500;
  }

  .lines > .role {
    display: flex;
    align-items: center;
    gap: 5px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 500;
    line-height: 16px;
  }

  .role bdi {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .dot {
    flex: none;
    width: 8px;
    height: 8px;
    border: 1px solid var(--_text-2);
    border-radius: 50%;
    forced-color-adjust: none;
  }

  .you,
  [part='status'] {
    color: var(--_text-2);
    font-weight: 400;
  }

  [part='status'] {
    font-size: 12px;
    line-height: 16px;
  }

  .lines > .whisper {
    display: flex;
    gap: 4px;
    color: var(--_accent);
    font-size: 12px;
    font-weight: 500;
    line-height: 16px;
    white-space: normal;
  }

  .whisper .icon {
    width: 14px;
    height: 16px;
  }

  :host([away]) [part='name'] {
    color: var(--_text-2);
  }

  .badges {
    display: flex;
    gap: 2px;
    color: var(--_text-2);
  }

  .badges .off {
    color: var(--_danger);
  }

  .badge .icon {
    width: 16px;
    height: 16px;
  }

  .menu {
    opacity: 0;
  }

  [part='row']:hover .menu,
  .menu:focus-visible,
  .menu.changed {
    opacity: 1;
  }

  @media (hover: none) {
    .menu {
      order: 1;
      margin-inline-end: -8px;
      opacity: 1;
    }
  }
`;
