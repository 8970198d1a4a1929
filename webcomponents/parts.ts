/** What `<voice-room>` is made of, for a host that puts the parts together in a way of its own. */

export { VoiceChannelActivateEvent } from './events/voice-channel-activate.ts';
export { VoiceCodeOpenEvent } from './events/voice-code-open.ts';
export { VoiceConnectAgainEvent } from './events/voice-connect-again.ts';
export { VoiceDraftEvent } from './events/voice-draft.ts';
export { VoiceErrorEvent } from './events/voice-error.ts';
export { VoicePasswordEvent } from './events/voice-password.ts';
export { VoiceReadEvent } from './events/voice-read.ts';
export { VoiceUnreadEvent } from './events/voice-unread.ts';
export { ClientController, type ClientStatePart } from './client-controller.ts';
export { settingsIcon } from './icons.ts';
export { problemOf } from './problem.ts';
export { registerLocale, sentence } from './strings/locale.ts';
export { german } from './strings/strings.de.ts';
export { english, type Strings } from './strings/strings.ts';
export { theme } from './styles/theme.styles.ts';
export { VoiceAnnouncer } from './voice-announcer/voice-announcer.ts';
export { VoiceChannelTree } from './voice-channel-tree/voice-channel-tree.ts';
export { VoiceChat } from './voice-chat/voice-chat.ts';
export { VoiceControls } from './voice-controls/voice-controls.ts';
export { define, VoiceElement } from './voice-element.ts';
export { isEnding, VoiceEnded } from './voice-ended/voice-ended.ts';
export { VoiceNotices } from './voice-notices/voice-notices.ts';
export { VoicePassword } from './voice-password/voice-password.ts';
export { VoicePeople } from './voice-people/voice-people.ts';
export { VoiceQuality } from './voice-quality/voice-quality.ts';
export { VoiceSettings } from './voice-settings/voice-settings.ts';
