import type { ClientState } from '@switchboard/client';
import type { Member } from '@switchboard/protocol';
import { channel, idleState, member, message, NOON_MS, people, roomState, sent } from './fixtures.ts';
import { commands, installed, offers, reply } from './plugin-fixtures.ts';

/** States worth looking at and testing: each by its name. */

const names = [
  'Grace Hopper',
  'linus',
  'Margaret H',
  'نور الهدى',
  'Bartholomew Featherstonehaugh',
  'ಆಶಾ',
  '山田 太郎',
  'Ólöf',
  'x',
  'Zoë 🦊',
  '🎧',
  'dennis.ritchie',
  'Katherine J',
  'משה',
  'Barbara L',
  'Edsger',
  'Frances A',
  'Ken',
  'Radia P',
  'Tim',
];

const crowd: readonly Member[] = Array.from({ length: 40 }, (_, index) =>
  member({
    id: `crowd-${index}`,
    nickname: index < names.length ? (names[index] ?? '') : `${names[index - names.length] ?? ''} ${index}`,
    channelId: index < 26 ? 'lobby' : index < 32 ? 'deep-4' : index < 36 ? 'quiet' : null,
    status: index % 5 === 0 ? 'Reviewing the jitter buffer, back at three' : '',
    muted: index % 3 === 1,
    deafened: index % 7 === 2,
    reconnecting: index % 9 === 4,
  }),
);

const deep = Array.from({ length: 5 }, (_, index) =>
  channel({
    id: `deep-${index}`,
    name: index === 3 ? 'A room with a name that goes on for longer than anybody would wish' : `Level ${index + 1}`,
    parentId: index === 0 ? 'pair' : `deep-${index - 1}`,
    position: 5,
  }),
);

const manyEntries = Array.from({ length: 60 }, (_, index) =>
  sent({
    by: crowd[(index * 7) % 20] ?? people.grace,
    id: String(index).padStart(4, '0'),
    text:
      [
        'Sounds good.',
        'Can everyone hear me?\nSecond line.',
        'مرحبا بالجميع، كيف الحال؟',
        `See https://example.org/${'long/'.repeat(20)}end`,
        'ok 👍',
        'I think we should `retry` here',
      ][index % 6] ?? '',
    createdAt: NOON_MS + index * 100_000,
  }),
);

/** What a moderator may do beyond a member. */
export const MODERATING = [
  'chat.delete',
  'member.mute',
  'member.move',
  'member.kick',
  'member.ban',
  'channel.temporary',
  'audit.read',
];

export const SCENES = {
  idle: idleState,
  connecting: { ...idleState, connection: { status: 'connecting' } },
  refused: {
    ...idleState,
    connection: { status: 'closed', problem: { code: 'auth.nickname_taken', message: '' } },
  },
  lobby: {
    ...roomState,
    channelId: null,
    lane: { status: 'idle' },
    stats: null,
    members: [{ ...people.self, channelId: null }, people.grace, people.linus, people.margaret],
  },
  room: roomState,
  muted: {
    ...roomState,
    muted: true,
    deafened: true,
    speaking: ['grace'],
    members: roomState.members.map((one) => (one.id === 'self' ? { ...one, muted: true, deafened: true } : one)),
  },
  talk: { ...roomState, activation: { mode: 'push-to-talk' }, speaking: ['self'] },
  /** Grace in the room and Margaret in another whisper to one; linus is whispered to. */
  whispers: {
    ...roomState,
    speaking: ['self'],
    whisperedBy: ['grace', 'margaret'],
    whisperingTo: { memberIds: ['linus'], channelIds: [] },
  },
  /** Everything that a moderator can see and do. */
  moderator: {
    ...roomState,
    permissions: [...roomState.permissions, ...MODERATING],
    members: roomState.members.map((one) => {
      if (one.id === 'self') return { ...one, role: { name: 'Moderator', colour: '#8a63d2' } };
      if (one.id === 'linus') return { ...one, serverMuted: true, serverDeafened: true };
      return one.id === 'grace' ? { ...one, role: { name: 'Amazing Grace & Friends', colour: '#ffee00' } } : one;
    }),
  },
  /** In a slow room, muted by a moderator, with rooms that are closed or full. */
  restricted: {
    ...roomState,
    serverMuted: true,
    speaking: [],
    moved: { channelId: 'lobby' },
    channelPermissions: { quiet: ['see'] },
    channels: roomState.channels.map((one) => {
      if (one.id === 'lobby') return { ...one, slowModeS: 30 };
      return one.id === 'room-1' ? { ...one, memberLimit: 1 } : one;
    }),
    members: roomState.members.map((one) => (one.id === 'self' ? { ...one, serverMuted: true } : one)),
  },
  /** May only listen and read. */
  audience: { ...roomState, permissions: ['see', 'join'], speaking: [] },
  kicked: {
    ...idleState,
    connection: { status: 'closed', problem: { code: 'session.kicked', message: '', reason: 'Music in the lobby' } },
  },
  banned: {
    ...idleState,
    connection: {
      status: 'closed',
      problem: { code: 'access.banned', message: '', reason: 'Spam', untilMs: NOON_MS },
    },
  },
  loggedOut: {
    ...idleState,
    connection: { status: 'closed', problem: { code: 'session.logged_out', message: '' } },
  },
  alone: {
    ...roomState,
    members: [people.self],
    speaking: [],
    chat: { entries: [], more: false, loading: false, typing: [] },
  },
  code: {
    ...roomState,
    chat: {
      ...roomState.chat,
      entries: [
        sent({ by: people.grace, id: '0001', text: 'This is where it goes wrong:' }),
        sent({
          by: people.grace,
          id: '0002',
          createdAt: NOON_MS + 1,
          text: [
            'function pull(frame: Float32Array): boolean {',
            '\tif (this.#queue.length === 0) return this.#conceal(frame, { fade: true, because: "nothing has come in time" });',
            '\tconst next = this.#queue.shift();',
            '\treturn next !== undefined && this.#decode(next, frame); // <b>not bold</b>',
            '}',
          ].join('\n'),
          code: {
            language: 'typescript',
            workspace: 'switchboard',
            path: 'client/audio/jitter/a-file-with-a-rather-long-name.ts',
            startLine: 118,
            endLine: 122,
          },
        }),
        sent({
          by: people.self,
          id: '0003',
          createdAt: NOON_MS + 2,
          text: '  return 1',
          code: { language: 'python', startLine: 7, endLine: 7 },
        }),
        sent({
          by: people.self,
          id: '0004',
          createdAt: NOON_MS + 3,
          text: 'let x = 1;',
          code: { language: 'javascript', path: 'web/x.js', startLine: 7, endLine: 7 },
          editedAt: NOON_MS + 4,
        }),
        {
          status: 'sending',
          nonce: 'n1',
          text: 'echo on its way',
          code: { language: 'shellscript', path: 'run.sh', startLine: 1, endLine: 1 },
        },
      ],
    },
  },
  /** Plugins in every state, commands, and what plugins have made of the chat. */
  plugins: {
    ...roomState,
    plugins: installed,
    pluginOffers: offers,
    commands,
    chat: {
      ...roomState.chat,
      entries: [
        sent({ by: people.grace, id: '0001', text: 'Shall we begin?' }),
        {
          status: 'sent',
          message: message({ by: people.grace, id: '0002', createdAt: NOON_MS + 1, text: 'Buy cheap moths!' }),
          remarks: { hidden: { pluginName: 'Tidy', text: 'Looks like an advertisement' }, notes: [] },
        },
        {
          status: 'sent',
          message: message({ by: people.linus, id: '0003', createdAt: NOON_MS + 2, text: 'See https://example.org/x' }),
          remarks: {
            hidden: null,
            notes: [
              { pluginName: 'Link preview', text: 'Example Domain: for use in documents' },
              { pluginName: 'Tidy', text: 'The address is short: look where it leads.' },
            ],
          },
        },
        sent({
          by: member({ id: 'greeter', nickname: 'Greeter' }),
          id: '0004',
          createdAt: NOON_MS + 3,
          text: 'Welcome, Margaret H!',
          plugin: 'greeter',
        }),
        reply('You rolled `2d6`: 3 + 5 = 8\nNobody else saw it.'),
        sent({ by: people.self, id: '0005', createdAt: NOON_MS + 4, text: 'Eight it is.' }),
      ],
    },
  },
  loading: {
    ...roomState,
    lane: { status: 'connecting' },
    stats: null,
    joining: 'quiet',
    chat: { entries: [], more: true, loading: true, typing: [] },
  },
  reconnecting: {
    ...roomState,
    connection: { status: 'reconnecting', attempt: 3, retryAtMs: 0, problem: null },
    members: roomState.members.map((one) => (one.id === 'linus' ? { ...one, reconnecting: true } : one)),
    lane: { status: 'connecting' },
  },
  problems: {
    ...roomState,
    microphone: { status: 'failed', problem: { code: 'client.microphone_refused', message: '' } },
    lane: { status: 'unreachable' },
    notice: 'The server restarts at midnight for an update: https://status.example.org',
    chat: {
      ...roomState.chat,
      entries: [
        ...roomState.chat.entries,
        { status: 'sending', nonce: 'n1', text: 'Is this on its way?', code: null },
        {
          status: 'failed',
          nonce: 'n2',
          text: 'This one was not',
          code: null,
          problem: { code: 'client.timeout', message: '' },
        },
      ],
    },
  },
  crowded: {
    ...roomState,
    channels: [...roomState.channels, ...deep],
    members: [people.self, ...crowd],
    speaking: ['crowd-0', 'crowd-3', 'crowd-28', 'self'],
    chat: { entries: manyEntries, more: true, loading: false, typing: ['crowd-0', 'crowd-3', 'crowd-5', 'crowd-6'] },
  },
  empty: { ...roomState, channels: [], members: [{ ...people.self, channelId: null }], channelId: null },
} as const satisfies Record<string, ClientState>;

export type SceneName = keyof typeof SCENES;
