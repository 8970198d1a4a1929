/** A section of the settings. */
export type SettingsSection = 'general' | 'plugins';

/** The settings are asked for. */
export class VoiceSettingsOpenEvent extends Event {
  readonly section: SettingsSection;

  constructor(section: SettingsSection = 'general') {
    super('voice-settings-open', { bubbles: true, composed: true });
    this.section = section;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-settings-open': VoiceSettingsOpenEvent;
  }
}
