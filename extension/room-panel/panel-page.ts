/** What stands in the room view's document. */
export interface PanelPage {
  /** Address of the page's script, as the view may load it. */
  readonly script: string;
  /** The view's source in a content security policy. */
  readonly source: string;
  /** Random, new for each document. */
  readonly nonce: string;
  /** The editor's language, a BCP 47 tag. */
  readonly language: string;
}

/**
 * The room view's document: one script, pictures that it brings itself, and nothing from anywhere else. It has no network (`connect-src` is left to `default-src`), sends no form,
 * and runs nothing that is written into it.
 */
export function panelPage({ script, source, nonce, language }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    // The icons of plugins.
    'img-src data:',
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Switchboard</title>
  </head>
  <body>
    <script type="module" nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
