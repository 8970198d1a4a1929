import type { ClientState } from '@switchboard/client';
import type { CallState } from '../calls/calls.ts';
import { sentenceOf, type Translate } from '../calls/sentences.ts';
import { withoutIcons } from '../notifications/plain-text.ts';

/** One item of the status bar, without the editor. */
export interface StatusText {
  /** With icons as the editor writes them. */
  readonly text: string;
  readonly tooltip: string;
  /** Said by screen readers. */
  readonly spoken: string;
  /** The command that a click runs, without its prefix. */
  readonly command: string;
  /** Shown in the colour of a problem. */
  readonly problem: boolean;
}

/** What stands in the status bar; nothing for what is not there. */
export interface StatusTexts {
  readonly room?: StatusText;
  readonly microphone?: StatusText;
  readonly sound?: StatusText;
  readonly speakers?: StatusText;
}

/** Names beyond these are counted. */
const MAX_SPEAKERS = 3;

export function statusTexts(call: CallState, showSpeakers: boolean, t: Translate): StatusTexts {
  if (call.status === 'none') return {};
  if (call.status === 'ended') return { room: endedText(call, t) };
  const { state } = call.client;
  const room = roomText(state, call.bookmark.name, t);
  if (state.channelId === null) return { room };
  const speakers = showSpeakers ? speakersText(state, t) : undefined;
  return {
    room,
    microphone: microphoneText(state, t),
    sound: soundText(state, t),
    ...(speakers === undefined ? {} : { speakers }),
  };
}

function item(icon: string, words: string, more: Partial<StatusText> & Pick<StatusText, 'command'>): StatusText {
  const text = words === '' ? `$(${icon})` : `$(${icon}) ${withoutIcons(words)}`;
  return { text, tooltip: words, spoken: words, problem: false, ...more };
}

function endedText({ bookmark, problem }: Extract<CallState, { status: 'ended' }>, t: Translate): StatusText {
  const why = sentenceOf(problem, t);
  const words = t('Disconnected');
  return item('debug-disconnect', words, {
    command: 'rooms.focus',
    problem: true,
    tooltip: `${bookmark.name}: ${why}`,
    spoken: `Switchboard: ${words}. ${why}`,
  });
}

function roomText(state: ClientState, server: string, t: Translate): StatusText {
  const { connection, channels, channelId, lane, echoTest, soundProblem } = state;
  const room = channels.find(({ id }) => id === channelId)?.name;
  switch (connection.status) {
    case 'reconnecting': {
      const words = t('Reconnecting…');
      return item('sync~spin', words, {
        command: 'retryNow',
        problem: true,
        tooltip: [
          t('The connection with {0} was lost. Click to try now.', server),
          ...(connection.problem === null ? [] : [sentenceOf(connection.problem, t)]),
        ].join('\n'),
        spoken: `Switchboard: ${words}`,
      });
    }
    case 'ready':
      break;
    default: {
      const words = t('Connecting…');
      return item('loading~spin', words, { command: 'rooms.focus', tooltip: server, spoken: `Switchboard: ${words}` });
    }
  }
  if (echoTest) {
    const words = t('Echo test');
    const tooltip = t('You hear yourself a second later, and nobody else does. Click to end it.');
    return item('pulse', words, { command: 'echoTest', tooltip, spoken: `${words}. ${tooltip}` });
  }
  if (room === undefined) {
    const words = t('No room');
    const tooltip = t('Connected with {0}. Click to choose a room.', server);
    return item('organization', words, { command: 'join', tooltip, spoken: `Switchboard: ${words}. ${tooltip}` });
  }
  if (soundProblem !== null) {
    const why = sentenceOf(soundProblem, t);
    return item('sync~spin', room, { command: 'showOutput', problem: true, tooltip: why, spoken: `${room}. ${why}` });
  }
  if (lane.status === 'unreachable') {
    const why = t('Voice cannot reach the server. A firewall may block it; trying again.');
    return item('warning', room, { command: 'showOutput', problem: true, tooltip: why, spoken: `${room}. ${why}` });
  }
  const tooltip = t('In {0} on {1}. Click to open the room.', room, server);
  return item('organization', room, { command: 'openChat', tooltip, spoken: tooltip });
}

function microphoneText(state: ClientState, t: Translate): StatusText {
  const { microphone, muted, serverMuted } = state;
  if (serverMuted) return item('circle-slash', t('Muted by a moderator'), { command: 'toggleMute', problem: true });
  if (microphone.status === 'failed') {
    const why = sentenceOf(microphone.problem, t);
    const words = t('No microphone');
    return item('warning', words, { command: 'selectMicrophone', problem: true, tooltip: why, spoken: why });
  }
  if (muted) {
    const words = t('Muted');
    const tooltip = t('Nobody hears you. Click to unmute.');
    return item('mic', words, { command: 'toggleMute', tooltip, spoken: `${words}. ${tooltip}` });
  }
  const live = state.selfId !== null && state.speaking.includes(state.selfId);
  const tooltip =
    state.activation.mode === 'voice'
      ? t('The room hears you when you speak. Click to mute.')
      : t('The room hears you while you hold the talk key. Click to mute.');
  return item(live ? 'mic-filled' : 'mic', '', { command: 'toggleMute', tooltip, spoken: tooltip });
}

function soundText({ deafened, serverDeafened }: ClientState, t: Translate): StatusText {
  if (serverDeafened) return item('mute', t('Deafened by a moderator'), { command: 'toggleDeafen', problem: true });
  const tooltip = deafened
    ? t('You hear nobody. Click to hear again.')
    : t('You hear the room. Click to hear nothing.');
  return item(deafened ? 'mute' : 'unmute', '', { command: 'toggleDeafen', tooltip, spoken: tooltip });
}

function speakersText({ speaking, members, channelId, selfId }: ClientState, t: Translate): StatusText | undefined {
  const names = members
    .filter((member) => member.channelId === channelId && member.id !== selfId && speaking.includes(member.id))
    .map(({ nickname }) => nickname);
  if (names.length === 0) return undefined;
  const words =
    names.length > MAX_SPEAKERS
      ? t('{0} and {1} more', names.slice(0, MAX_SPEAKERS - 1).join(', '), names.length - MAX_SPEAKERS + 1)
      : names.join(', ');
  return item('megaphone', words, {
    command: 'openChat',
    tooltip: t('Speaking: {0}', names.join(', ')),
    spoken: t('Speaking: {0}', names.join(', ')),
  });
}
