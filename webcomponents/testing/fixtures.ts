import type { ChatEntry, ClientState } from '@switchboard/client';
import type { Channel, Member, Message } from '@switchboard/protocol';

/** Values of the real types for specs and the gallery; each names only what matters to it. */

export const channel = (given: Partial<Channel> & Pick<Channel, 'id'>): Channel => ({
  serverId: 's1',
  parentId: null,
  name: given.id,
  topic: '',
  position: 0,
  locked: false,
  memberLimit: null,
  slowModeS: 0,
  temporary: false,
  audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
  ...given,
});

export const member = (given: Partial<Member> & Pick<Member, 'id'>): Member => ({
  userId: `user-${given.id}`,
  nickname: given.id,
  status: '',
  channelId: null,
  muted: false,
  deafened: false,
  serverMuted: false,
  serverDeafened: false,
  reconnecting: false,
  guest: true,
  role: null,
  ...given,
});

/** Noon of a Wednesday, UTC. */
export const NOON_MS = Date.UTC(2026, 10, 18, 12);

export const message = (given: Partial<Message> & { readonly by: Member }): Message => {
  const { by, ...rest } = given;
  return {
    id: '0001',
    channelId: by.channelId ?? 'lobby',
    author: { userId: by.userId, nickname: by.nickname },
    text: 'Hello',
    code: null,
    plugin: null,
    nonce: `nonce-${given.id ?? '0001'}`,
    createdAt: NOON_MS,
    editedAt: null,
    deletedAt: null,
    ...rest,
  };
};

export const sent = (given: Parameters<typeof message>[0]): ChatEntry => ({ status: 'sent', message: message(given) });

export const idleState: ClientState = {
  connection: { status: 'idle' },
  servers: [],
  channels: [],
  members: [],
  selfId: null,
  permissions: [],
  channelPermissions: {},
  channelId: null,
  joining: null,
  moved: null,
  places: {},
  speaking: [],
  whisperedBy: [],
  whisperingTo: null,
  muted: false,
  deafened: false,
  serverMuted: false,
  serverDeafened: false,
  activation: { mode: 'voice', activationDbfs: -50, releaseDbfs: -56 },
  microphone: { status: 'off' },
  echoTest: false,
  devices: [],
  microphoneId: null,
  speakerId: null,
  lane: { status: 'idle' },
  soundProblem: null,
  stats: null,
  volumes: {},
  chat: { entries: [], more: false, loading: false, typing: [] },
  plugins: [],
  pluginOffers: [],
  commands: [],
  notice: null,
};

const self = member({ id: 'self', nickname: 'Ada Lovelace', channelId: 'lobby' });
const grace = member({ id: 'grace', nickname: 'Grace Hopper', channelId: 'lobby', status: 'Fixing a moth' });
const linus = member({ id: 'linus', nickname: 'linus', channelId: 'lobby', muted: true });
const margaret = member({ id: 'margaret', nickname: 'Margaret H', channelId: 'room-1' });

export const people = { self, grace, linus, margaret } as const;

/** In a room with two others, one of them speaking, over UDP. */
export const roomState: ClientState = {
  ...idleState,
  connection: { status: 'ready' },
  servers: [{ id: 's1', name: 'Switchboard' }],
  channels: [
    channel({ id: 'lobby', name: 'Lobby', topic: 'Come in, say hello' }),
    channel({ id: 'pair', name: 'Pair programming', position: 1 }),
    channel({ id: 'room-1', name: 'Room 1', parentId: 'pair', memberLimit: 4 }),
    channel({ id: 'room-2', name: 'Room 2', parentId: 'pair', position: 1, locked: true }),
    channel({ id: 'quiet', name: 'Quiet', position: 2 }),
  ],
  members: [self, grace, linus, margaret],
  selfId: 'self',
  permissions: ['see', 'join', 'speak', 'whisper', 'chat.send'],
  channelId: 'lobby',
  speaking: ['grace', 'margaret'],
  microphone: { status: 'on' },
  devices: [
    { id: 'mic-1', kind: 'microphone', label: 'Built-in microphone' },
    { id: 'mic-2', kind: 'microphone', label: 'USB headset' },
    { id: 'out-1', kind: 'speaker', label: 'USB headset' },
  ],
  lane: { status: 'connected', lane: 'websocket' },
  stats: {
    lane: 'websocket',
    roundTripMs: 34,
    lossUp: 0.002,
    lossDown: 0.011,
    inputLevelDbfs: -28,
    frameCostMs: 0.4,
    packetsSent: 50,
    packetsReceived: 50,
    speakers: [{ memberId: 'grace', received: 812, concealed: 3, recovered: 6, late: 1, duplicate: 0, depth: 2 }],
    plugins: [],
    dropped: { malformed: 0, unknown_token: 0, not_authentic: 0, wrong_epoch: 0, undecodable: 0, overflow: 0 },
  },
  chat: {
    entries: [
      sent({ by: grace, id: '0001', text: 'Morning! The relay test is green.', createdAt: NOON_MS - 86_400_000 }),
      sent({ by: grace, id: '0002', text: 'See https://example.org/notes for what is left', createdAt: NOON_MS }),
      sent({ by: grace, id: '0003', text: 'or just run `npm start`', createdAt: NOON_MS + 20_000 }),
      sent({
        by: self,
        id: '0004',
        text: 'Nice.\nI read it now.',
        createdAt: NOON_MS + 60_000,
        editedAt: NOON_MS + 90_000,
      }),
      sent({
        by: linus,
        id: '0005',
        text: '```c\nif (len < HEADER)\n\treturn -EINVAL;\n```\ncheck the length first',
        createdAt: NOON_MS + 180_000,
      }),
    ],
    more: false,
    loading: false,
    typing: ['grace'],
  },
};
