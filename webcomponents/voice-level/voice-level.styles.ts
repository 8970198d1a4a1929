import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    --_thumb: 6px;
  }

  [part='track'] {
    position: relative;
    height: 32px;
  }

  .bar {
    position: absolute;
    inset: 10px calc(var(--_thumb) / 2);
    overflow: hidden;
    border-radius: 6px;
    background: var(--_pressed);
  }

  .fill {
    position: absolute;
    inset: 0;
    border-radius: inherit;
    background: var(--_text-2);
    transform-origin: left;
    scale: var(--_level, 0) 1;
    transition: scale 100ms linear;
  }

  .fill.open {
    background: var(--_speaking);
  }

  input[type='range'] {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 32px;
    margin: 0;
    appearance: none;
    background: transparent;
    pointer-events: none;
    direction: ltr;
  }

  input::-webkit-slider-thumb {
    appearance: none;
    width: 6px;
    height: 24px;
    border: 0;
    border-radius: 3px;
    background: var(--_text);
    box-shadow: 0 0 0 2px var(--_bg-raised);
    cursor: ew-resize;
    pointer-events: auto;
  }

  input::-moz-range-thumb {
    width: 6px;
    height: 24px;
    border: 0;
    border-radius: 3px;
    background: var(--_text);
    box-shadow: 0 0 0 2px var(--_bg-raised);
    cursor: ew-resize;
    pointer-events: auto;
  }

  input.release::-webkit-slider-thumb {
    height: 16px;
    background: var(--_text-2);
  }

  input.release::-moz-range-thumb {
    height: 16px;
    background: var(--_text-2);
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    font-size: 12px;
    line-height: 16px;
    color: var(--_text-2);
    font-variant-numeric: tabular-nums;
  }

  .legend b {
    color: var(--_text);
    font-weight: 500;
  }

  @media (forced-colors: active) {
    .bar {
      border: 1px solid CanvasText;
    }

    .fill {
      background: Highlight;
      forced-color-adjust: none;
    }

    input::-webkit-slider-thumb {
      background: CanvasText;
      forced-color-adjust: none;
    }
  }
`;
