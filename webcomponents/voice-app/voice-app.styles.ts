import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    height: 100dvh;
    overflow: hidden;
  }

  [part='base'] {
    display: grid;
    grid-template: minmax(0, 1fr) / 272px minmax(0, 1fr);
    height: 100%;
  }

  .wide [part='base'],
  [part='base'].wide {
    grid-template-columns: 272px minmax(0, 1fr) 256px;
  }

  [part='base'].narrow {
    grid-template: minmax(0, 1fr) auto auto / minmax(0, 1fr);
  }

  [part='sidebar'],
  [part='people'] {
    display: flex;
    flex-direction: column;
    min-height: 0;
    background: var(--_bg-side);
    border-inline-end: 1px solid var(--_border);
  }

  [part='people'] {
    border-inline: 1px solid var(--_border) 0;
  }

  .narrow [part='sidebar'],
  .narrow [part='people'] {
    border: 0;
    background: var(--_bg);
  }

  [part='sidebar'][hidden],
  [part='people'][hidden],
  [part='main'][hidden] {
    display: none;
  }

  .bar {
    display: flex;
    flex: none;
    align-items: center;
    gap: 8px;
    height: 56px;
    padding: 4px 16px;
    border-bottom: 1px solid var(--_border);
  }

  .bar .mark {
    width: 24px;
    height: 24px;
    flex: none;
  }

  h1 {
    flex: 1;
    min-width: 0;
    margin: 0;
    overflow: hidden;
    font-size: 15px;
    font-weight: 600;
    line-height: 20px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  voice-channel-tree,
  voice-people {
    flex: 1;
    min-height: 0;
  }

  [part='main'] {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    background: var(--_bg);
  }

  voice-notices {
    padding: 8px 16px;
  }

  voice-chat {
    flex: 1;
  }

  .idle {
    display: grid;
    flex: 1;
    place-content: center;
    justify-items: center;
    gap: 4px;
    padding: 24px;
    color: var(--_text-2);
    text-align: center;
    text-wrap: balance;
  }

  .idle strong {
    color: var(--_text);
    font-size: 16px;
    font-weight: 600;
    line-height: 24px;
  }

  .idle span {
    max-width: 320px;
  }

  [part='self'] {
    display: grid;
    gap: 8px;
    padding: 8px;
    border-top: 1px solid var(--_border);
  }

  .narrow > [part='self'] {
    padding: 4px 8px;
  }

  .me {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
    padding: 4px 8px 0;
  }

  .me .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  [part='sections'] {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    gap: 4px;
    padding: 4px 8px calc(4px + env(safe-area-inset-bottom));
    border-top: 1px solid var(--_border);
    background: var(--_bg-side);
  }

  [part='sections'] .section {
    position: relative;
    flex-direction: column;
    gap: 0;
    min-height: 48px;
    font-size: 12px;
    line-height: 16px;
  }

  [part='sections'] .badge {
    position: absolute;
    inset-block-start: 2px;
    inset-inline-start: calc(50% + 6px);
  }

  .door,
  voice-entry,
  voice-ended,
  voice-sign-in {
    height: 100%;
  }

  .bar .account {
    flex: none;
    max-width: 45%;
  }

  .bar .icon-button.account {
    margin-inline-end: -8px;
  }

  voice-account {
    display: contents;
  }
`;
