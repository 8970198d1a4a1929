/** The settings are asked for. */
export class VoiceSettingsOpenEvent extends Event {
  constructor() {
    super('voice-settings-open', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-settings-open': VoiceSettingsOpenEvent;
  }
}
