import { css } from 'lit';

/** Over those of the room's pane. */
export const styles = css`
  .pane {
    gap: 28px;
  }

  section {
    gap: 12px;
  }

  /* It is there to be heard, and takes no room while it says nothing. */
  .pane > [role='alert']:not(:has(.notice)) {
    position: absolute;
  }

  .heading {
    display: grid;
    gap: 2px;
  }

  ol {
    gap: 12px;
  }

  .offers {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr));
    gap: 12px;
    container-type: inline-size;
  }

  .offer {
    flex-wrap: nowrap;
    align-items: start;
    padding: 12px;
  }

  .who {
    display: block;
  }

  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 8px;
    padding: 0;
    border: 0;
    color: var(--_text);
  }

  .badge {
    font-weight: 400;
  }

  .offer > .button,
  .offer > .installed {
    flex: none;
    align-self: center;
  }

  @container (width < 420px) {
    .offer {
      flex-wrap: wrap;
    }

    .offer > .button,
    .offer > .installed {
      margin-inline-start: 48px;
    }
  }

  .drop {
    z-index: 1;
  }
`;
