import { css } from 'lit';

/** The first part is what uPlot 1.6 needs of its own style sheet, which a page under this policy cannot load into a shadow root. */
export const styles = css`
  .uplot {
    width: min-content;
    font: inherit;
  }

  .u-wrap {
    position: relative;
    user-select: none;
  }

  .u-over,
  .u-under,
  .u-axis,
  .u-select {
    position: absolute;
  }

  .u-under {
    overflow: hidden;
  }

  .uplot canvas {
    position: relative;
    display: block;
    width: 100%;
    height: 100%;
  }

  .u-select {
    pointer-events: none;
  }

  .u-cursor-x,
  .u-cursor-y,
  .u-cursor-pt {
    position: absolute;
    inset-block-start: 0;
    left: 0;
    pointer-events: none;
    will-change: transform;
  }

  .u-hz .u-cursor-x {
    height: 100%;
    border-right: 1px dashed var(--_text-2);
  }

  .u-cursor-pt {
    border: 0 solid;
    border-radius: 50%;
    background-clip: padding-box !important;
  }

  .u-off {
    display: none;
  }

  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 8px;
    padding: 12px 16px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_bg);
  }

  h2 {
    margin: 0;
    font-size: 13px;
    font-weight: 600;
    line-height: 20px;
  }

  .plot {
    direction: ltr;
    min-height: 140px;
  }

  .waiting {
    display: grid;
    place-items: center;
    color: var(--_text-2);
    font-size: 13px;
  }

  ul {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin: 0;
    padding: 0;
    font-size: 12px;
    list-style: none;
  }

  li {
    display: flex;
    align-items: center;
    gap: 6px;
  }

  .line {
    width: 14px;
    border-top: 2px solid currentcolor;
  }

  li:nth-child(2) .line {
    border-top-style: dashed;
  }

  li:nth-child(3) .line {
    border-top-style: dotted;
  }

  .line-0 {
    color: var(--_accent);
  }

  .line-1 {
    color: light-dark(#2f5fc4, #8fb0ff);
  }

  .line-2 {
    color: var(--_warning);
  }

  .grid-colour {
    color: var(--_border);
  }

  .text-colour {
    color: var(--_text-2);
  }

  strong {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  summary {
    width: fit-content;
    color: var(--_text-2);
    font-size: 12px;
    cursor: pointer;
  }

  .scroll {
    max-height: 200px;
    overflow: auto;
  }

  table {
    width: 100%;
    margin-top: 8px;
    border-collapse: collapse;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }

  th,
  td {
    padding: 2px 8px 2px 0;
    text-align: start;
  }

  th {
    font-weight: 600;
  }
`;
