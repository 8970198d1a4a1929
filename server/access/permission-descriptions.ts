import type { Permission } from '@switchboard/protocol';

/** What each permission lets someone do, in a sentence for whoever decides about it. */
export const PERMISSION_DESCRIPTIONS: Readonly<Record<Permission, string>> = {
  see: 'Know that a channel exists, and who is in it.',
  join: 'Go into a channel.',
  speak: 'Be heard in a channel.',
  whisper: 'Speak to chosen people and channels alone.',
  'chat.send': 'Write messages.',
  'chat.delete': 'Delete the messages of others; write without waiting in slow mode.',
  'member.mute': 'Mute and deafen people for everyone.',
  'member.move': 'Move people into another channel.',
  'member.kick': 'Remove people from the server; they may come back.',
  'member.ban': 'Keep people and addresses out, for a time or for ever.',
  'channel.temporary': 'Make channels that go when the last one leaves them.',
  'channel.manage': 'Make, change, order and delete channels, and what roles may do in them.',
  'invite.create': 'Invite people to register.',
  'token.mint': 'Mint join tokens, with which people come into a channel without an account.',
  'user.manage': 'See, change and delete accounts, and reset their passwords.',
  'role.manage': 'Make, change and delete roles of a lower rank.',
  'audit.read': 'Read who has done what.',
  'plugin.manage': 'Add, set up and remove plugins.',
  'server.manage': 'Change settings, API keys, webhooks and backups, and run the stress test.',
};
