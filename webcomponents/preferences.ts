/** What this browser remembers about the look and the keys. Everything about sound is remembered by the client. */

export type Theme = 'auto' | 'light' | 'dark';

export interface PreferenceValues {
  readonly nickname: string;
  readonly theme: Theme;
  /** `KeyboardEvent.code` of the talk key. */
  readonly talkKey: string;
  /** Someone signed in here, and may still be: worth asking the server. */
  readonly signedIn: boolean;
}

const KEY = 'switchboard.preferences';
const DEFAULTS: PreferenceValues = { nickname: '', theme: 'auto', talkKey: 'Backquote', signedIn: false };

export function isTheme(value: unknown): value is Theme {
  return value === 'auto' || value === 'light' || value === 'dark';
}

/** Kept in `localStorage`; where a page may not use it (a third-party frame), for this visit only. */
export class Preferences {
  readonly #storage: () => Storage;
  #values: PreferenceValues;

  /** @param storage a function, because merely naming `localStorage` throws where it is blocked */
  constructor(storage: () => Storage = () => localStorage) {
    this.#storage = storage;
    this.#values = this.#read();
  }

  get values(): PreferenceValues {
    return this.#values;
  }

  update(change: Partial<PreferenceValues>): void {
    this.#values = { ...this.#values, ...change };
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#values));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // Blocked or full: kept in memory.
    }
  }

  #read(): PreferenceValues {
    let stored: unknown;
    try {
      stored = JSON.parse(this.#storage().getItem(KEY) ?? 'null');
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
    }
    if (typeof stored !== 'object' || stored === null) return DEFAULTS;
    const { nickname, theme, talkKey, signedIn } = stored as Record<string, unknown>;
    return {
      nickname: typeof nickname === 'string' ? nickname : DEFAULTS.nickname,
      theme: isTheme(theme) ? theme : DEFAULTS.theme,
      signedIn: signedIn === true,
      talkKey: typeof talkKey === 'string' && talkKey !== '' ? talkKey : DEFAULTS.talkKey,
    };
  }
}
