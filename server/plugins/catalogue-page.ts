import { createHash } from 'node:crypto';
import { consentsOf } from '@switchboard/protocol';
import { consentInWords } from './consent-words.ts';
import type { InstalledPlugin } from './plugin.entity.ts';

/** The look of the other pages (`webcomponents/styles/theme.styles.ts`), as far as a page without scripts needs it. */
const STYLE = `
:root { color-scheme: light dark; --accent: light-dark(#0b7558, #3ecf9b); --text-2: light-dark(#59616f, #a0a7b4); --border: light-dark(#e1e4e9, #2b2f37); }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px 48px; background: light-dark(#fff, #17191e); color: light-dark(#1a1e26, #e7e9ee); font: 400 14px/20px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; overflow-wrap: anywhere; }
main, header { max-width: 720px; margin: 0 auto; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 28px; }
h2 { margin: 0; font-size: 16px; line-height: 22px; }
h3 { margin: 12px 0 4px; font-size: 13px; line-height: 18px; color: var(--text-2); font-weight: 600; }
p { margin: 4px 0; }
ul { margin: 0; padding-left: 20px; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
article { margin-top: 16px; padding: 16px; border: 1px solid var(--border); border-radius: 8px; background: light-dark(#fff, #22252c); }
.head { display: flex; gap: 12px; align-items: flex-start; }
.head > div { min-width: 0; }
img { flex: none; width: 40px; height: 40px; border-radius: 6px; }
.quiet { color: var(--text-2); }
code { font: 12px/18px ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
`;

/** No scripts, nothing from elsewhere. */
export const CATALOGUE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the server offers, for people to look at before they are asked. */
export function cataloguePage(serverName: string, offered: readonly InstalledPlugin[]): string {
  const name = escaped(serverName);
  const list = offered.length === 0 ? '<p>There are none yet.</p>' : offered.map(articleOf).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Plugins of ${name}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Plugins of ${name}</h1>
<p class="quiet">Offered to everyone here. Install them in the voice chat, among its plugins; you are asked before one may do anything. <a href="/">Open the voice chat</a></p>
</header>
<main>
${list}
</main>
</body>
</html>
`;
}

function articleOf({ id, manifest, icon, packageSha256, packageBytes }: InstalledPlugin): string {
  const { name, version, description, author, licence, homepage, publisher } = manifest;
  const image = icon === '' ? '' : `<img src="data:image/png;base64,${escaped(icon)}" alt="">`;
  const by = homepage === undefined ? escaped(author) : link(homepage, author);
  const wants = consentsOf(manifest).map((consent) => `<li>${escaped(consentInWords(consent))}</li>`);
  const signed =
    publisher === undefined ? 'Not signed.' : `Signed by the holder of the key <code>${escaped(publisher)}</code>`;
  return `<article id="${escaped(id)}">
<div class="head">${image}<div><h2>${escaped(name)} <span class="quiet">${escaped(version)}</span></h2>
<p>${escaped(description)}</p>
<p class="quiet">By ${by} · ${escaped(licence)}</p></div></div>
<h3>What it may do</h3>
${wants.length === 0 ? '<p>Nothing that it has to ask for.</p>' : `<ul>${wants.join('')}</ul>`}
<h3>Where it is from</h3>
<p>${signed}</p>
<p><a href="/plugins/${escaped(packageSha256)}.zip" download="${escaped(id)}-${escaped(version)}.zip">Download the package</a> <span class="quiet">${Math.ceil(packageBytes / 1024)} KiB, SHA-256 <code>${escaped(packageSha256)}</code></span></p>
</article>`;
}

/** The manifest's schema lets through https alone. */
function link(address: string, text: string): string {
  return `<a href="${escaped(address)}" rel="noopener noreferrer nofollow">${escaped(text)}</a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
