import { ALL_PERMISSIONS, type Permission } from '@switchboard/protocol';
import type {
  ApiKey,
  AuditEntry,
  Ban,
  Channel,
  ChannelRule,
  Delivery,
  Invite,
  LiveSession,
  LogLine,
  Me,
  Message,
  Plugin,
  PluginInspection,
  PluginLogLine,
  Role,
  Settings,
  Stats,
  StatsHistory,
  Stress,
  User,
  Webhook,
} from '../api/types.ts';
import { bundledPlugins, installedPlugins, pluginLog } from './plugin-fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a server holds, for tests and for looking at the pages. */
export interface House {
  me: Me;
  users: User[];
  roles: Role[];
  channels: Channel[];
  rules: Record<string, ChannelRule[]>;
  sessions: LiveSession[];
  messages: Message[];
  bans: Ban[];
  audit: AuditEntry[];
  settings: Settings;
  webhooks: Webhook[];
  deliveries: Delivery[];
  keys: ApiKey[];
  invites: Invite[];
  logs: LogLine[];
  stats: Stats;
  history: StatsHistory;
  stress: Stress;
  plugins: Plugin[];
  bundled: PluginInspection[];
  pluginLog: PluginLogLine[];
}

const GUEST: Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];
const MEMBER: Permission[] = [...GUEST, 'channel.temporary'];
const MODERATOR: Permission[] = [
  ...MEMBER,
  'chat.delete',
  'member.mute',
  'member.move',
  'member.kick',
  'member.ban',
  'invite.create',
  'token.mint',
  'audit.read',
];

function role(id: string, name: string, rank: number, permissions: Permission[], more: Partial<Role> = {}): Role {
  return { id, builtIn: null, name, rank, colour: null, permissions, memberCount: 0, ...more };
}

function channel(id: string, name: string, position: number, more: Partial<Channel> = {}): Channel {
  return {
    id,
    serverId: 'server',
    parentId: null,
    name,
    topic: '',
    position,
    locked: false,
    memberLimit: null,
    bitrateBps: 32_000,
    forwardLimit: null,
    slowModeS: 0,
    temporary: false,
    requiredRoleId: null,
    members: 0,
    ...more,
  };
}

function session(name: string, channelId: string | null, more: Partial<LiveSession> = {}): LiveSession {
  const id = name.toLowerCase();
  return {
    memberId: `member-${id}`,
    userId: `user-${id}`,
    nickname: name,
    guest: false,
    channelId,
    muted: false,
    deafened: false,
    serverMuted: false,
    serverDeafened: false,
    speaking: false,
    reconnecting: false,
    lane: 'udp',
    address: '203.0.113.7',
    connectedAt: Date.now() - 25 * MINUTE,
    rank: 100,
    ...more,
  };
}

/** @param samples how many of the 5 s each there are */
export function historyOf(samples: number): StatsHistory {
  const wave = (base: number, swing: number, step: number): number[] =>
    Array.from({ length: samples }, (_, i) =>
      Math.max(0, base + swing * Math.sin(i / step) + (swing / 4) * Math.sin(i * 1.7)),
    );
  const now = Date.now();
  return {
    intervalMs: 5_000,
    at: Array.from({ length: samples }, (_, i) => now - (samples - 1 - i) * 5_000),
    people: wave(24, 8, 40).map(Math.round),
    inRooms: wave(20, 7, 40).map(Math.round),
    speaking: wave(4, 2, 9).map(Math.round),
    packetsInPerS: wave(210, 60, 9),
    packetsOutPerS: wave(2_600, 700, 9),
    bytesPerS: wave(310_000, 80_000, 9),
    dropsPerS: wave(0.2, 0.2, 5),
    lossPct: wave(0.4, 0.3, 14),
    cpuPct: wave(9, 3, 12),
    rssBytes: wave(130_000_000, 3_000_000, 60),
    eventLoopDelayMs: wave(2.2, 0.8, 7),
  };
}

/** @param permissions those of the account that is signed in; an administrator has all */
export function house(permissions: readonly Permission[] = ALL_PERMISSIONS): House {
  const now = Date.now();
  const isAdmin = permissions.length === ALL_PERMISSIONS.length;
  const roles = [
    role('admin', 'Admin', 1_000, [...ALL_PERMISSIONS], { builtIn: 'admin', colour: '#b4232f', memberCount: 1 }),
    role('moderator', 'Moderator', 500, MODERATOR, { builtIn: 'moderator', colour: '#2f5fc4', memberCount: 2 }),
    role('host', 'Event host', 300, [...MEMBER, 'member.mute', 'channel.manage'], {
      colour: '#855000',
      memberCount: 3,
    }),
    role('member', 'Member', 100, MEMBER, { builtIn: 'member' }),
    role('guest', 'Guest', 0, GUEST, { builtIn: 'guest' }),
  ];
  const brief = (id: string) => {
    const { name, rank, colour } = roles.find((one) => one.id === id) ?? roles[0]!;
    return { id, name, rank, colour };
  };
  const user = (name: string, roleIds: string[], more: Partial<User> = {}): User => ({
    id: `user-${name.toLowerCase()}`,
    username: name.toLowerCase(),
    nickname: name,
    roles: roleIds.map(brief),
    rank: Math.max(100, ...roleIds.map((id) => brief(id).rank)),
    serverMuted: false,
    serverDeafened: false,
    createdAt: now - 40 * DAY,
    lastSeenAt: now - 3 * HOUR,
    online: false,
    ...more,
  });
  return {
    me: {
      id: 'user-ada',
      username: 'ada',
      nickname: 'Ada',
      roles: [isAdmin ? brief('admin') : brief('moderator')],
      rank: isAdmin ? 1_000 : 500,
      permissions: [...permissions],
      createdAt: now - 100 * DAY,
    },
    users: [
      user('Ada', ['admin'], { online: true }),
      user('Grace', ['moderator', 'host'], { online: true }),
      user('Linus', [], { lastSeenAt: now - 12 * DAY }),
      user('Margaret', ['host'], { online: true }),
      user('Katherine', [], { lastSeenAt: null }),
    ],
    roles,
    channels: [
      channel('lobby', 'Lobby', 0, { topic: 'Where everyone meets', members: 2 }),
      channel('pair', 'Pair programming', 1, { members: 0 }),
      channel('desk-1', 'Desk 1', 0, { parentId: 'pair', members: 1, memberLimit: 4 }),
      channel('desk-2', 'Desk 2', 1, { parentId: 'pair', slowModeS: 10 }),
      channel('staff', 'Staff', 2, { locked: true, requiredRoleId: 'moderator' }),
      channel('party', 'Grace’s table', 3, { temporary: true }),
    ],
    rules: { staff: [{ roleId: 'guest', allow: [], deny: ['see', 'join'] }] },
    sessions: [
      session('Grace', 'lobby', { rank: 500, speaking: true }),
      session('Linus', 'lobby', { serverMuted: true, lane: 'websocket', address: '198.51.100.24' }),
      session('Margaret', 'desk-1', { rank: 300, muted: true }),
      session('Rosalind', null, { guest: true, rank: 0, lane: null, connectedAt: now - 40_000 }),
    ],
    messages: Array.from({ length: 6 }, (_, i) => ({
      id: `message-${i}`,
      channelId: i % 2 === 0 ? 'lobby' : 'desk-1',
      author:
        i === 5
          ? { userId: 'pl-greeter', nickname: 'Greeter' }
          : i % 3 === 0
            ? { userId: 'user-grace', nickname: 'Grace' }
            : { userId: 'user-linus', nickname: 'Linus' },
      text: [
        'Morning! The relay tests are green.',
        'Nice. I am looking at the lane switch now.',
        'See https://example.org/notes for what is left, it is a longer list than I thought it would be.',
        'Who broke the build?',
        '<img src=x onerror=alert(1)>',
        'Back in five.',
      ][i]!,
      code: null,
      plugin: i === 5 ? 'greeter' : null,
      createdAt: now - (i + 1) * 11 * MINUTE,
      editedAt: i === 2 ? now - 20 * MINUTE : null,
    })),
    bans: [
      {
        id: 'ban-1',
        userId: 'user-mallory',
        nickname: 'Mallory',
        address: '192.0.2.66',
        reason: 'Played music over everyone, after two warnings',
        createdBy: 'user-grace',
        createdByName: 'Grace',
        createdAt: now - 2 * DAY,
        until: null,
      },
      {
        id: 'ban-2',
        userId: null,
        nickname: '',
        address: '198.51.100.0',
        reason: 'Spam',
        createdBy: 'user-ada',
        createdByName: 'Ada',
        createdAt: now - 5 * HOUR,
        until: now + 19 * HOUR,
      },
    ],
    audit: [
      ['member.kick', 'Mallory', { reason: 'Played music over everyone' }],
      ['ban.create', 'Mallory', { reason: 'After two warnings', address: '192.0.2.66' }],
      ['role.update', 'Event host', { permissions: { added: ['channel.manage'] } }],
      ['channel.create', 'Desk 2', {}],
      ['settings.change', '', { guests: { from: false, to: true } }],
    ].map(([action, targetName, detail], i) => ({
      id: `audit-${i}`,
      at: now - (i + 1) * 3 * HOUR,
      actorId: i === 4 ? null : i % 2 === 0 ? 'user-grace' : 'user-ada',
      actorName: i % 2 === 0 ? 'Grace' : 'Ada',
      action: action as string,
      targetId: targetName === '' ? null : `target-${i}`,
      targetName: targetName as string,
      detail: detail as Record<string, unknown>,
    })),
    settings: {
      name: 'Switchboard',
      welcome: 'Welcome! Please use headphones.',
      registration: 'invite',
      guests: true,
      logLevel: 'log',
      guestRetentionDays: 90,
    },
    webhooks: [
      {
        id: 'hook-1',
        name: 'Chat bridge',
        url: 'https://bridge.example.org/switchboard',
        events: ['message.created', 'member.joined'],
        enabled: true,
        createdAt: now - 20 * DAY,
      },
      {
        id: 'hook-2',
        name: 'Old wiki',
        url: 'https://wiki.example.org/hook',
        events: ['moderation.acted'],
        enabled: false,
        createdAt: now - 90 * DAY,
      },
    ],
    deliveries: [
      ['message.created', 'delivered', 1, 204, null],
      ['member.joined', 'waiting', 3, 503, 'The address answered 503.'],
      ['message.created', 'failed', 12, null, 'The address did not answer within 10 s.'],
    ].map(([event, status, attempts, responseStatus, failure], i) => ({
      id: `delivery-${i}`,
      event: event as Delivery['event'],
      status: status as Delivery['status'],
      attempts: attempts as number,
      nextAttemptAt: status === 'waiting' ? now + 4 * MINUTE : null,
      responseStatus: responseStatus as number | null,
      failure: failure as string | null,
      body: '{}',
      createdAt: now - (i + 1) * HOUR,
      deliveredAt: null,
    })),
    keys: [
      {
        id: 'key-1',
        name: 'Website',
        permissions: ['token.mint'],
        createdBy: 'user-ada',
        createdAt: now - 30 * DAY,
        expiresAt: now + 60 * DAY,
        lastUsedAt: now - 3 * MINUTE,
      },
      {
        id: 'key-2',
        name: 'Nightly report',
        permissions: ['audit.read', 'user.manage', 'member.kick', 'server.manage'],
        createdBy: 'user-ada',
        createdAt: now - 200 * DAY,
        expiresAt: now - DAY,
        lastUsedAt: null,
      },
    ],
    invites: [
      {
        id: 'invite-1',
        note: 'Book club',
        roleIds: ['host'],
        maxUses: 10,
        uses: 4,
        createdBy: 'user-ada',
        createdAt: now - DAY,
        expiresAt: now + 6 * DAY,
      },
      {
        id: 'invite-2',
        note: '',
        roleIds: [],
        maxUses: 1,
        uses: 1,
        createdBy: 'user-ada',
        createdAt: now - 9 * DAY,
        expiresAt: null,
      },
    ],
    logs: [
      ['log', 'SwitchboardServer', 'Listening on 7000, 7001 and 7002'],
      ['log', 'ControlServer', 'Grace came in'],
      ['warn', 'DeliveryQueue', 'The address of “Chat bridge” answered 503; trying again in 4 min'],
      ['error', 'VoiceRelay', 'A relay thread stopped and was started again'],
      ['debug', 'RoomsService', 'Epoch 12 of Lobby'],
    ].map(([level, context, message], i) => ({
      time: now - (5 - i) * 17_000,
      level: level as LogLine['level'],
      context: context!,
      message: message!,
    })),
    stats: {
      at: now,
      people: 27,
      inRooms: 23,
      speaking: 5,
      packetsInPerS: 248,
      packetsOutPerS: 2_913,
      bytesPerS: 342_000,
      dropsPerS: 0.2,
      lossPct: 0.4,
      cpuPct: 9.4,
      rssBytes: 131_000_000,
      eventLoopDelayMs: 2.1,
      dropsByReason: { replayed: 14, over_rate: 3, unknown_sender: 112, malformed: 0 },
      uptimeS: 3 * 86_400 + 4 * 3_600,
      version: '0.1.0',
    },
    history: historyOf(180),
    stress: {
      running: false,
      bots: 0,
      talkers: 0,
      channelId: null,
      startedAt: null,
      ended: null,
      failed: 0,
      failure: null,
      opened: 0,
      wrong: 0,
      history: [],
    },
    plugins: installedPlugins(),
    bundled: bundledPlugins(),
    pluginLog: pluginLog(),
  };
}
