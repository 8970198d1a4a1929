import { mount } from '@switchboard/webcomponents/testing/stage';
import { onTestFinished } from 'vitest';
import { EDITOR_THEMES, type EditorTheme } from '../../testing/editor-themes.ts';
import { PanelRig } from '../../testing/panel-rig.ts';
import { documentStyles } from '../document.styles.ts';
import type { HostPort } from '../host-link.ts';
import { SwitchboardPanel } from '../switchboard-panel.ts';

const clock = {
  nowMs: () => performance.now(),
  after: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface Stage {
  readonly sut: SwitchboardPanel;
  readonly rig: PanelRig;
  readonly memory: { value: unknown };
}

export interface StageOptions {
  readonly rig?: PanelRig;
  /** What an earlier page has kept. */
  readonly memory?: { value: unknown };
  readonly theme?: EditorTheme;
  readonly widthPx?: number;
}

export function rigOfTheBrowser(): PanelRig {
  return new PanelRig(clock);
}

/** The room view in a document as the editor makes it, with its host at the other end of a message channel. */
export async function stage({ rig, memory, theme = 'dark', widthPx = 300 }: StageOptions = {}): Promise<Stage> {
  wear(theme);
  const host = rig ?? rigOfTheBrowser();
  const kept = memory ?? { value: undefined };
  const frame = document.createElement('div');
  frame.style.cssText = `width: ${widthPx}px; height: 560px`;
  document.body.append(frame);
  const sut = new SwitchboardPanel();
  sut.port = portTo(host, kept);
  onTestFinished(() => frame.remove());
  await mount(sut, frame);
  return { sut, rig: host, memory: kept };
}

function portTo(rig: PanelRig, memory: { value: unknown }): HostPort {
  const { port1: page, port2: host } = new MessageChannel();
  host.onmessage = ({ data }: MessageEvent<unknown>) => rig.link.receive(data);
  rig.link.attach((message) => host.postMessage(message));
  return {
    post: (message) => page.postMessage(message),
    listen: (listener) => {
      page.onmessage = ({ data }: MessageEvent<unknown>) => listener(data);
      return () => {
        page.close();
        rig.link.hide();
      };
    },
    load: () => memory.value,
    save: (value) => (memory.value = structuredClone(value)),
  };
}

/** The classes and variables that the editor gives to a view's document. */
function wear(theme: EditorTheme): void {
  const { classes, variables } = EDITOR_THEMES[theme];
  const { documentElement: root, body } = document;
  const [styleBefore, classBefore, sheetsBefore] = [root.style.cssText, body.className, document.adoptedStyleSheets];
  body.className = classes;
  for (const [name, value] of Object.entries(variables)) root.style.setProperty(`--vscode-${name}`, value);
  // What lies behind the view.
  root.style.background = 'var(--vscode-sideBar-background)';
  if (documentStyles.styleSheet !== undefined)
    document.adoptedStyleSheets = [...sheetsBefore, documentStyles.styleSheet];
  onTestFinished(() => {
    root.style.cssText = styleBefore;
    body.className = classBefore;
    document.adoptedStyleSheets = sheetsBefore;
  });
}
