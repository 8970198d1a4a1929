import { css } from 'lit';

/** For the document around the view: its height, and light or dark by the class that the editor sets. */
export const documentStyles = css`
  html,
  body {
    height: 100%;
    margin: 0;
    padding: 0;
    overflow: hidden;
  }

  body.vscode-light,
  body.vscode-high-contrast-light {
    color-scheme: light;
  }

  body.vscode-dark,
  body.vscode-high-contrast:not(.vscode-high-contrast-light) {
    color-scheme: dark;
  }
`;
