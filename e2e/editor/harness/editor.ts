import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.ts';
import { CodeServer, type CodeServerOptions } from './code-server.ts';
import { EditorWindow, type WindowOptions } from './editor-window.ts';

/** A real VS Code for a whole spec file: code-server, and a Chromium for its windows. */
export class Editor implements AsyncDisposable {
  readonly server: CodeServer;
  readonly #browser: Browser;

  private constructor(server: CodeServer, browser: Browser) {
    this.server = server;
    this.#browser = browser;
  }

  /** Starts both; there is no window yet. */
  static async start(options: CodeServerOptions = {}): Promise<Editor> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
    const server = await CodeServer.start(options);
    try {
      const browser = await chromium.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS] });
      return new Editor(server, browser);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Opens a window on a folder of this name with these files in it. Each window has an extension host of its own, and a
   * memory of its own: it is another person, with the same user settings.
   */
  async open(
    name: string,
    files: Readonly<Record<string, string>> = {},
    options: WindowOptions = {},
  ): Promise<EditorWindow> {
    const folder = await this.server.workspace(name, files);
    return EditorWindow.open(this.#browser, this.server.address(folder), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.server[Symbol.asyncDispose]();
  }
}
