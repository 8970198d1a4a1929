import { css } from 'lit';

/** Tables of roles and permissions: the permissions stay in sight while one goes along the roles. */
export const matrix = css`
  .scroll {
    overflow: auto;
    max-height: min(80dvh, 900px);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-small);
  }

  table {
    border-collapse: separate;
    border-spacing: 0;
    width: 100%;
  }

  thead th {
    position: sticky;
    z-index: 1;
    top: 0;
    max-width: 120px;
    padding: 8px;
    overflow: hidden;
    border-bottom: 1px solid var(--_border);
    background: var(--_bg-side);
    font-size: 12px;
    font-weight: 600;
    text-align: center;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  tbody th,
  thead th:first-child {
    position: sticky;
    inset-inline-start: 0;
    text-align: start;
  }

  thead th:first-child {
    z-index: 2;
    padding-inline-start: 12px;
  }

  tbody th {
    min-width: 128px;
    padding: 6px 12px;
    border-inline-end: 1px solid var(--_border);
    background: var(--_bg);
    font-weight: 400;
  }

  td {
    min-width: 56px;
    padding: 2px;
    text-align: center;
  }

  tbody tr:not(:last-child) > * {
    border-bottom: 1px solid var(--_border);
  }

  tbody tr:hover td {
    background: var(--_hover);
  }

  tr.group th {
    border-inline-end: 0;
    padding-top: 12px;
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
  }

  .tri {
    display: inline-grid;
    place-items: center;
    width: max(32px, var(--_target));
    height: max(32px, var(--_target));
    padding: 0;
    border: 1px solid transparent;
    border-radius: var(--_radius-small);
    background: transparent;
    color: var(--_text-2);
    cursor: pointer;
  }

  .tri:hover {
    background: var(--_hover);
  }

  .tri.allow {
    background: var(--_selected);
    color: var(--_accent);
  }

  .tri.deny {
    background: var(--_danger-tint);
    color: var(--_danger);
  }

  .tri[aria-disabled='true'] {
    cursor: default;
    opacity: 0.55;
  }

  .dash {
    width: 8px;
    border-top: 1.5px solid currentcolor;
  }

  @media (forced-colors: active) {
    .tri.allow,
    .tri.deny {
      border-color: CanvasText;
    }
  }
`;
