import type { PairingCommands } from '../pairing/pairing.ts';
import type { VoiceCommands } from './command-ids.ts';
import type { MemberCommands } from './member-commands.ts';
import type { RoomCommands } from './room-commands.ts';
import type { ServerCommands } from './server-commands.ts';
import type { OwnVoiceCommands } from './voice-commands.ts';

export interface CommandParts {
  readonly servers: ServerCommands;
  readonly rooms: RoomCommands;
  readonly own: OwnVoiceCommands;
  readonly members: MemberCommands;
  readonly pairing: PairingCommands;
}

/** Who does what. */
export function commandsOf({ servers, rooms, own, members, pairing }: CommandParts): VoiceCommands {
  return {
    addServer: servers.addServer,
    connect: servers.connect,
    disconnect: servers.disconnect,
    editServer: servers.editServer,
    moveServerUp: servers.moveServerUp,
    moveServerDown: servers.moveServerDown,
    removeServer: servers.removeServer,
    signIn: servers.signIn,
    signOut: servers.signOut,
    openInBrowser: servers.openInBrowser,
    retryNow: servers.retryNow,
    join: rooms.join,
    leave: rooms.leave,
    nextRoom: rooms.nextRoom,
    newRoom: rooms.newRoom,
    copyInvite: rooms.copyInvite,
    copyWebLink: rooms.copyWebLink,
    openChat: rooms.openChat,
    plugins: rooms.plugins,
    toggleMute: own.toggleMute,
    mute: () => {
      pairing.keepMuted();
      own.mute();
    },
    unmute: own.unmute,
    toggleDeafen: own.toggleDeafen,
    deafen: own.deafen,
    undeafen: own.undeafen,
    toggleTalk: own.toggleTalk,
    selectMicrophone: own.selectMicrophone,
    selectSpeaker: own.selectSpeaker,
    echoTest: own.echoTest,
    memberVolume: members.memberVolume,
    muteMember: members.muteMember,
    unmuteMember: members.unmuteMember,
    deafenMember: members.deafenMember,
    undeafenMember: members.undeafenMember,
    moveMember: members.moveMember,
    kickMember: members.kickMember,
    banMember: members.banMember,
    jumpToMember: (argument) => pairing.jumpToMember(argument),
    followMember: (argument) => pairing.followMember(argument),
    stopFollowing: () => pairing.stopFollowing(),
    sendSelection: () => pairing.sendSelection(),
    sharePlace: () => pairing.sharePlace(),
    togglePresenting: () => pairing.togglePresenting(),
  };
}
