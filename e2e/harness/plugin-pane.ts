import type { Locator } from 'playwright-core';
import type { BrowserPerson } from './browser.ts';

const ZIP = 'application/zip';

/** The pane of plugins, in a page's settings or in the editor's panel, by its controls. */
export class PluginPane {
  readonly #root: Locator;

  /** @param root the element `voice-plugins` */
  constructor(root: Locator) {
    this.#root = root;
  }

  /** Opens a page's settings at the plugins. */
  static async open({ page }: BrowserPerson): Promise<PluginPane> {
    const settings = page.locator('voice-settings');
    if (!(await settings.getByRole('heading', { name: 'Settings' }).isVisible())) {
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
    }
    await settings.getByRole('button', { name: 'Plugins', exact: true }).click();
    const root = settings.locator('voice-plugins');
    await root.getByRole('button', { name: 'Install from file…' }).waitFor();
    return new PluginPane(root);
  }

  /** Closes a page's settings. */
  static async close({ page }: BrowserPerson): Promise<void> {
    await page.locator('voice-settings').getByRole('button', { name: 'Close', exact: true }).click();
  }

  /** One that is installed. */
  plugin(id: string): Locator {
    return this.#root.locator(`voice-plugin[data-id="${id}"]`);
  }

  /** How it is, in words. */
  status(id: string): Locator {
    return this.plugin(id).locator('.status .words');
  }

  version(id: string): Locator {
    return this.plugin(id).locator('.version');
  }

  /** What asks before anything is installed. */
  get question(): Locator {
    return this.#root.locator('voice-plugin-consent').getByRole('dialog');
  }

  /** What one reads in it that a plugin may do; with “(New)” what one has not agreed to before. */
  async wishes(): Promise<string[]> {
    await this.question.waitFor();
    const lines = await this.question.locator('.may li').allInnerTexts();
    return lines.map((line) => line.replace(/\s+New$/, ' (New)'));
  }

  /** Why a package was refused. */
  get refusal(): Locator {
    return this.#root.locator('.pane > .problem');
  }

  /** Asks for one that the server offers. */
  async choose(id: string): Promise<void> {
    await this.#root.locator(`.offer[data-id="${id}"]`).getByRole('button').click();
  }

  /** Picks a package file. */
  async pick(name: string, bytes: Uint8Array): Promise<void> {
    const file = { name, mimeType: ZIP, buffer: Buffer.from(bytes) };
    await this.#root.locator('input[type=file]').setInputFiles(file);
  }

  async agree(): Promise<void> {
    await this.question.getByRole('button', { name: /nstall|pdate/ }).click();
    await this.question.waitFor({ state: 'hidden' });
  }

  async cancel(): Promise<void> {
    await this.question.getByRole('button', { name: 'Cancel' }).click();
    await this.question.waitFor({ state: 'hidden' });
  }

  /** Waits until it runs. */
  async running(id: string): Promise<void> {
    await this.status(id)
      .filter({ hasText: /^\s*Running/ })
      .waitFor();
  }
}
