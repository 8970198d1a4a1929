import { css } from 'lit';

/**
 * The editor's colours and font for the parts: their `--voice-*`, made of its `--vscode-*`. Which of them there are, differs from theme to
 * theme: high contrast has borders where the others have tints.
 */
export const panelTheme = css`
  :host {
    --voice-font: var(--vscode-font-family);
    --voice-font-size: var(--vscode-font-size, 13px);
    --voice-font-mono: var(--vscode-editor-font-family);
    --voice-radius: 4px;
    --voice-text: var(--vscode-foreground);
    --voice-text-secondary: var(--vscode-descriptionForeground);
    /* The view may lie in the side bar or in the panel: what is behind it shows. */
    --voice-background: transparent;
    --voice-background-side: var(--vscode-textCodeBlock-background);
    --voice-background-raised: var(--vscode-editorWidget-background);
    --voice-border: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-panel-border)));
    --voice-tint-border: var(--vscode-contrastBorder, transparent);
    --voice-accent: var(--vscode-textLink-foreground);
    --voice-primary: var(--vscode-button-background);
    --voice-on-primary: var(--vscode-button-foreground);
    --voice-primary-border: var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
    --voice-focus: var(--vscode-focusBorder);
    --voice-speaking: var(--vscode-charts-green);
    --voice-field: var(--vscode-input-background);
    --voice-field-border: var(--vscode-contrastBorder, var(--vscode-input-border, var(--vscode-panel-border)));
    --voice-hover: var(--vscode-list-hoverBackground);
    --voice-pressed: var(--vscode-toolbar-hoverBackground);
    /* The plain error colour of the light theme is too pale for words. */
    --voice-danger: var(--vscode-list-errorForeground, var(--vscode-errorForeground));
    --voice-warning: var(--vscode-list-warningForeground, var(--vscode-notificationsWarningIcon-foreground));
    --voice-shadow: 0 0 8px 2px var(--vscode-widget-shadow);
  }
`;
