import { css } from 'lit';

export const styles = css`
  [popover] {
    width: 240px;
    max-height: calc(100dvh - 16px);
    overflow: auto;
  }

  .head {
    display: flex;
    align-items: baseline;
    gap: 8px;
    margin-bottom: 4px;
  }

  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  output {
    font-variant-numeric: tabular-nums;
    color: var(--_text-2);
  }

  .row {
    display: flex;
    align-items: center;
    gap: 8px;
  }

  voice-whisper {
    margin-top: 8px;
  }

  /* Below the last one, too, there is space for what it says. */
  voice-whisper:last-child {
    margin-bottom: 8px;
  }
`;
