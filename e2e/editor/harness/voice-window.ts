import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { EXTENSION_VSIX } from '../../../scripts/build-steps.ts';
import { ROOT } from '../../../scripts/run.ts';
import type { EditorWindow } from './editor-window.ts';

export const EXTENSION = 'switchboard.switchboard-voice';
/** A page has no side of its own that runs native code: there, extensions of the user's machine run with those of the workspace. */
export const RUNS_HERE = { 'remote.extensionKind': { [EXTENSION]: ['workspace'] } };
/** The packed extension for this machine. */
export const VSIX = join(ROOT, EXTENSION_VSIX);

/** A person who talks in an editor: one window, by the controls of the extension. */
export class VoiceWindow {
  readonly window: EditorWindow;
  readonly nickname: string;

  constructor(window: EditorWindow, nickname: string) {
    this.window = window;
    this.nickname = nickname;
  }

  /** Adds a server by its address, as one who has just installed this. */
  async addServer(url: string): Promise<void> {
    await this.askToAdd(url);
    await this.window.answer('Nickname on', this.nickname);
  }

  /** The same, as far as the address. */
  async askToAdd(url: string): Promise<void> {
    await this.window.openView('Switchboard Voice');
    await this.window.run('Switchboard: Add Server…');
    await this.window.answer('Address of the Server', url);
  }

  /** Clicks a room, and waits until voice has a lane. */
  async join(room: string): Promise<void> {
    await this.window.row(room).click();
    await this.inRoom(room);
  }

  async inRoom(room: string): Promise<void> {
    await this.member(this.nickname).waitFor();
    await this.status('room').filter({ hasText: room }).waitFor();
  }

  member(nickname: string): Locator {
    return this.window.row(nickname);
  }

  /** The same, while a light shows that they speak. */
  speaker(nickname: string): Locator {
    return this.window.row(new RegExp(`^${nickname}\\b.*speaking`));
  }

  status(item: string): Locator {
    return this.window.statusItem(`${EXTENSION}.switchboard.${item}`);
  }

  /** The room view: chat, people, settings. */
  get panel(): FrameLocator {
    return this.window.webview(EXTENSION);
  }

  async say(text: string): Promise<void> {
    const box = this.panel.getByRole('textbox', { name: /^Message / });
    await box.fill(text);
    await box.press('Enter');
  }

  /** A message of the chat, once it is stored. */
  message(text: string): Locator {
    return this.panel.getByRole('log').locator('[part~="message"]').filter({ hasText: text });
  }
}
