import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }

  table {
    width: 100%;
    border-collapse: collapse;
  }

  th,
  td {
    padding: 8px 12px;
    text-align: start;
    vertical-align: middle;
  }

  thead th {
    border-bottom: 1px solid var(--_border);
    color: var(--_text-2);
    font-size: 12px;
    font-weight: 600;
    white-space: nowrap;
  }

  tbody tr {
    border-bottom: 1px solid var(--_border);
  }

  tbody th {
    font-weight: 400;
  }

  tbody tr:hover {
    background: var(--_hover);
  }

  .wide {
    width: 32%;
  }

  .end {
    text-align: end;
  }

  td.end {
    font-variant-numeric: tabular-nums;
  }

  .fit {
    width: 1%;
    white-space: nowrap;
  }

  td,
  tbody th {
    overflow-wrap: break-word;
  }

  td.wide {
    overflow-wrap: anywhere;
  }

  @container (max-width: 639px) {
    table,
    tbody,
    tr {
      display: block;
    }

    thead {
      position: absolute;
      overflow: hidden;
      width: 1px;
      height: 1px;
      clip-path: inset(50%);
    }

    tbody {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
    }

    tbody tr {
      position: relative;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 4px;
      padding: 12px;
      border: 1px solid var(--_border);
      border-radius: var(--_radius);
    }

    td,
    td.wide,
    td.end,
    tbody th,
    .fit {
      overflow-wrap: anywhere;
      display: block;
      width: auto;
      padding: 0;
      text-align: start;
      white-space: normal;
    }

    td[data-label]::before {
      content: attr(data-label) ': ';
      color: var(--_text-2);
    }

    td.menu {
      position: absolute;
      inset-block-start: 8px;
      inset-inline-end: 8px;
    }

    tr:has(.menu) tbody th,
    tr:has(.menu) th {
      padding-inline-end: 40px;
    }
  }
`;
