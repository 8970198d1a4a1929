import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    overflow: auto;
    padding: 8px;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  [role='treeitem'] {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: max(32px, var(--_target));
    padding-block: 2px;
    padding-inline: calc(4px + (var(--_level, 1) - 1) * 20px) 8px;
    border-radius: var(--_radius-small);
    cursor: pointer;
    transition: background var(--_fast);
  }

  [role='treeitem']:hover {
    background: var(--_hover);
  }

  [role='treeitem']:focus-visible {
    outline-offset: -2px;
  }

  .current,
  .current:hover {
    background: var(--_selected);
  }

  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .channel {
    color: var(--_text-2);
    font-weight: 500;
  }

  .channel:hover,
  .channel.current,
  .channel.busy {
    color: var(--_text);
  }

  .server {
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    cursor: default;
  }

  .chevron {
    display: grid;
    place-items: center;
    width: 20px;
    height: 24px;
    margin-inline-end: -4px;
    border-radius: 4px;
  }

  .chevron .icon {
    width: 16px;
    height: 16px;
    transition: rotate var(--_fast);
  }

  .chevron:hover {
    background: var(--_hover);
  }

  [aria-expanded='true'] > .chevron .icon {
    rotate: 90deg;
  }

  [aria-expanded='false']:dir(rtl) > .chevron .icon {
    rotate: 180deg;
  }

  .kind .icon,
  .badge .icon {
    width: 16px;
    height: 16px;
  }

  .count {
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    color: var(--_text-2);
  }

  .current .kind {
    color: var(--_accent);
  }

  .member {
    --voice-avatar-size: 24px;
    padding-inline-start: calc(4px + (var(--_level, 1) - 1) * 20px + 4px);
  }

  .member.away .name {
    color: var(--_text-2);
  }

  .you {
    color: var(--_text-2);
  }

  .badges {
    display: flex;
    gap: 2px;
    color: var(--_text-2);
  }

  .badges .whisper {
    color: var(--_accent);
  }

  .badges .off {
    color: var(--_danger);
  }

  .barred,
  .barred:hover {
    cursor: not-allowed;
    color: var(--_text-2);
  }

  .why {
    flex: none;
    max-width: 50%;
    overflow: hidden;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 400;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .new {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-height: max(32px, var(--_target));
    margin-top: 8px;
    padding: 2px 8px 2px 20px;
    border: 0;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    font-weight: 500;
    text-align: start;
    cursor: pointer;
  }

  .new:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .new:focus-visible {
    outline-offset: -2px;
  }

  .new .icon {
    width: 16px;
    height: 16px;
    margin-inline-start: 8px;
  }

  .empty {
    padding: 16px 12px;
    color: var(--_text-2);
  }

  @media (forced-colors: active) {
    .current {
      border: 1px solid Highlight;
    }
  }
`;
