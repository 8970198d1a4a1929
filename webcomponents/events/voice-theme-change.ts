import type { Theme } from '../preferences.ts';

/** Another theme was chosen in the settings. */
export class VoiceThemeChangeEvent extends Event {
  readonly theme: Theme;

  constructor(theme: Theme) {
    super('voice-theme-change', { bubbles: true, composed: true });
    this.theme = theme;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-theme-change': VoiceThemeChangeEvent;
  }
}
