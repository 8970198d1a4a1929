import type { VoiceClientApi } from '@switchboard/client';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const TEXT_INPUTS =
  'input:not([type=range], [type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]';
const PRESSABLE = 'button, a[href], summary, input, select, [role=treeitem]';

export interface ShortcutsHost extends ReactiveControllerHost, EventTarget {
  readonly client: VoiceClientApi | null;
}

export interface ShortcutsOptions {
  /** `KeyboardEvent.code` of the talk key. */
  readonly talkKey: () => string;
  /** Where M and D are heard: in the whole page, or, in a page of somebody else, only inside the element. */
  readonly scope: 'page' | 'element';
}

/**
 * The keys: M mutes, D deafens, and in push-to-talk mode the talk key sends while it is held. Never while one writes.
 * The talk key is heard in the whole page; letting go of it, or of the window, always ends the talk.
 */
export class Shortcuts implements ReactiveController {
  readonly #host: ShortcutsHost;
  readonly #options: ShortcutsOptions;
  #talking = false;

  constructor(host: ShortcutsHost, options: ShortcutsOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('keydown', this.#keydown);
    window.addEventListener('keyup', this.#keyup);
    window.addEventListener('blur', this.#stop);
  }

  hostDisconnected(): void {
    window.removeEventListener('keydown', this.#keydown);
    window.removeEventListener('keyup', this.#keyup);
    window.removeEventListener('blur', this.#stop);
    this.#stop();
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const { client } = this.#host;
    const inRoom = client !== null && client.state.channelId !== null;
    if (!inRoom || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.matches(TEXT_INPUTS)) return;
    if (this.#isTalkKey(event, client, target)) {
      event.preventDefault();
      if (!event.repeat) this.#talk(client);
      return;
    }
    const heard = this.#options.scope === 'page' || event.composedPath().includes(this.#host);
    if (event.repeat || event.shiftKey || !heard) return;
    const key = event.key.toLowerCase();
    if (key === 'm') client.setMuted(!client.state.muted);
    else if (key === 'd') client.setDeafened(!client.state.deafened);
  };

  readonly #keyup = (event: KeyboardEvent): void => {
    if (event.code === this.#options.talkKey()) this.#stop();
  };

  readonly #stop = (): void => {
    if (!this.#talking) return;
    this.#talking = false;
    this.#host.client?.setTalking(false);
  };

  #isTalkKey(event: KeyboardEvent, client: VoiceClientApi, target: EventTarget | undefined): boolean {
    if (client.state.activation.mode !== 'push-to-talk' || event.code !== this.#options.talkKey()) return false;
    // Space and Enter press what has the focus.
    const presses = event.code === 'Space' || event.code === 'Enter';
    return !(presses && target instanceof Element && target.matches(PRESSABLE));
  }

  #talk(client: VoiceClientApi): void {
    this.#talking = true;
    client.setTalking(true);
  }
}

/** A `KeyboardEvent.code` as people call the key, without asking for a keyboard's layout: `KeyV` is V. */
export function keyName(code: string): string {
  const named: Readonly<Record<string, string>> = {
    Backquote: '`',
    Space: 'Space',
    Minus: '-',
    Equal: '=',
    Comma: ',',
    Period: '.',
  };
  return named[code] ?? code.replace(/^Key|^Digit/, '').replace(/(?<=[a-z])(?=[A-Z0-9])/g, ' ');
}
