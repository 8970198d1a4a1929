/** What the manifest promises; each is `switchboard.` and this. */
export const COMMAND_IDS = [
  'addServer',
  'connect',
  'disconnect',
  'editServer',
  'moveServerUp',
  'moveServerDown',
  'removeServer',
  'signIn',
  'signOut',
  'openInBrowser',
  'retryNow',
  'join',
  'leave',
  'nextRoom',
  'newRoom',
  'toggleMute',
  'mute',
  'unmute',
  'toggleDeafen',
  'deafen',
  'undeafen',
  'toggleTalk',
  'copyInvite',
  'copyWebLink',
  'openChat',
  'plugins',
  'selectMicrophone',
  'selectSpeaker',
  'echoTest',
  'memberVolume',
  'muteMember',
  'unmuteMember',
  'deafenMember',
  'undeafenMember',
  'moveMember',
  'kickMember',
  'banMember',
  'jumpToMember',
  'followMember',
  'stopFollowing',
  'sendSelection',
  'sharePlace',
  'togglePresenting',
  'openSettings',
  'openWalkthrough',
  'showOutput',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

/** Those that need nothing but the editor. */
export type SmallCommandId = 'openSettings' | 'openWalkthrough' | 'showOutput';

/** Those that the voice part brings. A command is given whatever its caller has: a line of the tree, an id, nothing. */
export type VoiceCommands = Readonly<
  Record<Exclude<CommandId, SmallCommandId>, (argument?: unknown) => void | Promise<void>>
>;
