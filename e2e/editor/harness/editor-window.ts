import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';

/** Longer than any stall of a machine that is fit to run this: who waits so long waits for what does not come. */
const WAIT_LIMIT_MS = 60_000;

export interface WindowOptions {
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** One window of the editor, used as a person does: by its palette, its views, its status bar. */
export class EditorWindow implements AsyncDisposable {
  readonly page: Page;
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  /** Opens an address of a `CodeServer`; resolves once the editor can be used. */
  static async open(
    browser: Browser,
    address: string,
    { width = 1280, height = 800 }: WindowOptions = {},
  ): Promise<EditorWindow> {
    const context = await browser.newContext({ viewport: { width, height } });
    context.setDefaultTimeout(WAIT_LIMIT_MS);
    const window = new EditorWindow(await context.newPage());
    await window.page.goto(address);
    await window.ready();
    return window;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Waits until its extension host has told what it has: from then on, commands are found. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.statusbar-item[id="status.host"]').waitFor();
  }

  /** Loads the window again, as `Developer: Reload Window` does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Opens what has this title in the activity bar. */
  async openView(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar [role="tab"]', {
      has: this.page.locator(`.action-label[aria-label^="${title}"]`),
    });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  }

  /** A row of a tree in the side bar, by how its label begins. */
  row(label: string | RegExp): Locator {
    const name = typeof label === 'string' ? new RegExp(`^${escaped(label)}\\b`) : label;
    return this.page.locator('.pane-body').getByRole('treeitem', { name });
  }

  /** What a row's context menu offers. */
  async chooseOf(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    await this.page.locator('.monaco-menu').getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** Runs a command by the palette, by its whole title: `Switchboard: Mute`. */
  async run(title: string): Promise<void> {
    await this.#openQuickInput('F1', `>${title}`);
    await this.option(title).click();
  }

  /** An entry of the list that asks. */
  option(label: string | RegExp): Locator {
    const name = typeof label === 'string' ? new RegExp(`^${escaped(label)}(,|$)`) : label;
    return this.#quickInput.getByRole('option', { name });
  }

  /** Types what the editor asks for under a title, and sends it. */
  async answer(title: string, text: string): Promise<void> {
    await this.#quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.#typed(text);
    await this.#quickInput.locator('.quick-input-box input').press('Enter');
  }

  /** Opens a file of the workspace, by its path in it. */
  async openFile(path: string): Promise<void> {
    await this.#openQuickInput('ControlOrMeta+P', path);
    await this.option(new RegExp(`^${escaped(path.split('/').at(-1) ?? path)}`))
      .first()
      .click();
    await this.activeEditor(path.split('/').at(-1) ?? path).waitFor();
  }

  /** Moves the cursor in the file that is open. */
  async goToLine(line: number): Promise<void> {
    await this.#openQuickInput('Control+G', `:${String(line)}`);
    // Before it says so, there is nothing that Enter would choose.
    await this.option(new RegExp(`line ${String(line)}\\b`)).waitFor();
    await this.page.keyboard.press('Enter');
    await this.position(`Ln ${String(line)}, Col 1`).waitFor();
  }

  /** Selects whole lines of the file that is open. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goToLine(first);
    for (let line = first; line < last; line++) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
  }

  /** The tab in front, if it is of this file. */
  activeEditor(fileName: string): Locator {
    return this.page.locator('.tab.active', { hasText: fileName });
  }

  /** Where the cursor stands, and what is selected, once it is so: `Ln 3, Col 1`. */
  position(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item[id="status.editor.selection"]', { hasText: text });
  }

  /** Something in the status bar: `publisher.extension.item`. */
  statusItem(id: string): Locator {
    return this.page.locator(`.statusbar-item[id="${id}"]`);
  }

  /** What came up in the corner, if it says this. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** Presses a button of it. */
  async press(notification: Locator, button: string): Promise<void> {
    // Buttons are there while one points at it.
    await notification.hover();
    await notification.getByRole('button', { name: button, exact: true }).click();
  }

  async closeNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications');
    await this.notification('').waitFor({ state: 'detached' });
  }

  /** What asks in the middle of the window, and lets nothing else be done. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator('.monaco-dialog-box', { hasText: text });
  }

  /** Inside the webview that an extension shows now: a frame that VS Code lays over the view, and a frame in that. */
  webview(extensionId: string): FrameLocator {
    return this.page
      .locator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`)
      .filter({ visible: true })
      .contentFrame()
      .locator('#active-frame')
      .contentFrame();
  }

  /** Follows an address as the system hands it to the editor: `vscode://publisher.extension/path?query`. */
  async openUri(uri: string): Promise<void> {
    await this.run('Developer: Open URL');
    await this.#typed(uri);
    await this.page.keyboard.press('Enter');
    // The editor itself asks before any extension gets to see it.
    await this.dialog('extension to open this URI').getByRole('button', { name: 'Open', exact: true }).click();
  }

  /** Chooses a colour theme by its name. */
  async chooseTheme(name: string): Promise<void> {
    await this.run('Preferences: Color Theme');
    await this.#typed(name);
    await this.option(name).click();
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }

  get #quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  async #openQuickInput(key: string, text: string): Promise<void> {
    await this.page.keyboard.press(key);
    await this.#typed(text);
  }

  async #typed(text: string): Promise<void> {
    await this.#quickInput.locator('.quick-input-box input').fill(text);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
