import { css } from 'lit';

export const styles = css`
  .split {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px;
    align-items: start;
  }

  .tree {
    padding: 8px;
  }

  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li li {
    padding-inline-start: 20px;
  }

  .line {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: max(36px, var(--_target));
    padding-inline: 8px 2px;
    border-radius: var(--_radius-small);
  }

  .line:hover {
    background: var(--_hover);
  }

  .line > .icon {
    color: var(--_text-2);
  }

  .room a,
  .room .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    padding-block: 6px;
    color: var(--_text);
    font-weight: 500;
    text-decoration: none;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .room a:hover {
    text-decoration: underline;
  }

  .room.current {
    background: var(--_selected);
  }

  .room.over {
    outline: 2px dashed var(--_accent);
    outline-offset: -2px;
  }

  ul .member {
    padding-inline-start: 36px;
    --voice-avatar-size: 24px;
    cursor: grab;
  }

  ul.outside .member {
    padding-inline-start: 8px;
  }

  ul .member.fixed {
    cursor: default;
  }

  .member.dragged {
    opacity: 0.5;
  }

  .member .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .state {
    flex: none;
    color: var(--_danger);
  }

  .state .icon {
    width: 16px;
    height: 16px;
  }

  .line > .hint {
    flex: none;
    white-space: nowrap;
  }

  .back {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    width: fit-content;
  }

  .covered {
    display: none;
  }

  .placeholder {
    display: none;
  }

  @media (min-width: 1100px) {
    .split {
      grid-template-columns: minmax(320px, 2fr) minmax(0, 3fr);
    }

    .covered,
    .placeholder {
      display: grid;
    }

    .back {
      display: none;
    }
  }
`;
