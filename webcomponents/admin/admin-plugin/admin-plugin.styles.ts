import { css } from 'lit';

/** Over those of the room's card. */
export const styles = css`
  article {
    gap: 10px;
    padding: 14px 16px 12px;
  }

  .who {
    display: block;
  }

  .head {
    flex-wrap: wrap;
  }

  .head > .who {
    flex: 1 1 200px;
  }

  .badge {
    font-weight: 400;
  }

  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 8px;
  }

  .switches {
    display: flex;
    flex-wrap: wrap;
    gap: 0 24px;
    margin-inline-start: -4px;
  }

  @container (width < 320px) {
    .switches {
      grid-column: 1 / -1;
    }
  }

  .toggle {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: max(32px, var(--_target));
    font-size: 13px;
    cursor: pointer;
  }

  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
  }

  .figures div {
    display: grid;
    min-width: 56px;
  }

  .figures dt {
    font-size: 12px;
    line-height: 16px;
  }

  .figures dd {
    font-variant-numeric: tabular-nums;
    font-weight: 500;
  }

  .figures .high {
    color: var(--_danger);
  }

  .opened {
    gap: 12px;
    padding-block: 12px 4px;
  }

  voice-plugin-config,
  .description {
    max-width: 560px;
  }
`;
