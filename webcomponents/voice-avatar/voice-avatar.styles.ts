import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
    flex: none;
    position: relative;
    width: var(--voice-avatar-size, 32px);
    height: var(--voice-avatar-size, 32px);
  }

  [part='disc'] {
    display: grid;
    place-items: center;
    width: 100%;
    height: 100%;
    border-radius: 50%;
    background: oklch(0.5 0.1 var(--_hue, 200));
    color: #fff;
    font-size: calc(var(--voice-avatar-size, 32px) * 0.38);
    font-weight: 600;
    line-height: 1;
    letter-spacing: 0.01em;
    user-select: none;
  }

  :host([away]) [part='disc'] {
    background: color-mix(in srgb, var(--_text-2) 60%, var(--_bg));
    background: light-dark(#69717f, #565d6a);
  }

  [part='ring'] {
    position: absolute;
    inset: -3px;
    border: 2px solid var(--_speaking);
    border-radius: 50%;
    opacity: 0;
    scale: 0.92;
    transition:
      opacity var(--_fast),
      scale var(--_fast);
  }

  :host([speaking]) [part='ring'] {
    opacity: 1;
    scale: 1;
  }

  @media (forced-colors: active) {
    [part='disc'] {
      border: 1px solid CanvasText;
      forced-color-adjust: none;
      background: Canvas;
      color: CanvasText;
    }

    [part='ring'] {
      border-color: Highlight;
    }
  }
`;
