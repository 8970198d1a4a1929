import { registerLocale } from '@switchboard/webcomponents/parts';
import { documentStyles } from './document.styles.ts';
import { englishParts } from './panel-strings.ts';
import { germanParts } from './panel-strings.de.ts';
import { SwitchboardPanel } from './switchboard-panel.ts';

/** What the editor gives to the page of a view, once. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const editor = acquireVsCodeApi();
registerLocale(englishParts);
registerLocale(germanParts);
if (documentStyles.styleSheet !== undefined) document.adoptedStyleSheets.push(documentStyles.styleSheet);

const panel = new SwitchboardPanel();
panel.port = {
  post: (message) => editor.postMessage(message),
  listen: (listener) => {
    const heard = (event: MessageEvent<unknown>): void => listener(event.data);
    window.addEventListener('message', heard);
    return () => window.removeEventListener('message', heard);
  },
  load: () => editor.getState(),
  save: (value) => editor.setState(value),
};
document.body.append(panel);
