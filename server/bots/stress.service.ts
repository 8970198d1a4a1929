import { X509Certificate } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setOf, SwitchboardError, type Channel } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import type { Actor } from '../access/actor.ts';
import type { Caller } from '../api/caller.ts';
import { AuditService } from '../audit/audit.service.ts';
import { JoinTokens, visitorId } from '../auth/tokens/join-tokens.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { ServerConfig } from '../config/server-config.ts';
import { ControlServer } from '../control/control-server.ts';
import { nicknameKey } from '../presence/nickname-key.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { ServerCertificate } from '../tls/server-certificate.ts';
import { ownAddress } from './own-address.ts';
import { StressRun } from './stress-run.ts';
import type { NewStress, Stress } from './stress.schemas.ts';
import type { BotsSetup } from './worker/bots-messages.ts';

/** What a bot needs in its channel. */
const PERMISSIONS = setOf(['see', 'join', 'speak']);
/** Its token outlives the test by this: the last may come in late. */
const TOKEN_SPARE_S = 60;
/** Between two bots that come in: few connections may wait for their hello at a time. */
const MIN_PAUSE_MS = 10;

const NEVER_RUN: Stress = {
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
};

/** Has bots talk in a channel, so that an operator sees how much the machine takes. One test at a time (ADR 018). */
@Injectable()
export class StressService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #access: AccessService;
  readonly #audit: AuditService;
  readonly #channels: ChannelsService;
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #tokens: JoinTokens;
  readonly #control: ControlServer;
  readonly #relay: VoiceRelay;
  readonly #config: ServerConfig;
  readonly #certificate: ServerCertificate;
  readonly #clock: Clock;
  readonly #logger = new Logger(StressService.name);
  #run: StressRun | undefined;
  /** The users that the bots of the newest run are. */
  #users: ReadonlySet<string> = new Set();
  /** The same once it is over. */
  #sentAway: ReadonlySet<string> = new Set();

  constructor(
    access: AccessService,
    audit: AuditService,
    channels: ChannelsService,
    sessions: SessionsService,
    rooms: RoomsService,
    tokens: JoinTokens,
    control: ControlServer,
    relay: VoiceRelay,
    config: ServerConfig,
    certificate: ServerCertificate,
    clock: Clock,
  ) {
    this.#access = access;
    this.#audit = audit;
    this.#channels = channels;
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#tokens = tokens;
    this.#control = control;
    this.#relay = relay;
    this.#config = config;
    this.#certificate = certificate;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    // One whose thread was killed between its hello and the end of the others. Not at once: it is just being let in.
    this.#sessions.onCaughtUp((session) => {
      if (this.#sentAway.has(session.identity.userId)) queueMicrotask(() => this.#sessions.end(session));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#run?.end('The server was stopped.');
  }

  get status(): Stress {
    return this.#run?.view ?? NEVER_RUN;
  }

  /** @throws SwitchboardError `stress.running`, `stress.people_present`, `stress.channel_unsuitable`, `channel.not_found`, `server.full` */
  async start(caller: Caller, plan: NewStress): Promise<Stress> {
    if (this.#run?.isRunning === true) throw new SwitchboardError('stress.running');
    const actor = this.#access.actorOf(caller);
    const channel = this.#suitable(actor, plan);
    if (!plan.force && this.#othersInRooms(actor) > 0) throw new SwitchboardError('stress.people_present');
    if ([...this.#sessions.all].length + plan.bots > this.#config.maxSessions)
      throw new SwitchboardError('server.full');
    // From here on nobody else can start one.
    const run = new StressRun(plan, this.#clock, (because) => this.#ended(channel, because));
    this.#run = run;
    const tokens = this.#mint(actor, plan);
    this.#users = new Set(tokens.map((token) => visitorId(this.#tokens.read(token).tokenId)));
    const { bots, talkers, rampS, durationS, force } = plan;
    const target = { id: channel.id, name: channel.name };
    try {
      const detail = { bots, talkers, rampS, durationS, force };
      await this.#audit.record({ actor, action: 'stress.start', target, detail });
    } catch (error) {
      await run.end('It could not be started.');
      throw error;
    }
    run.begin(this.#setupOf(plan, channel, tokens));
    return run.view;
  }

  /** Resolves when all bots have left. @throws SwitchboardError `stress.not_running` */
  async stop({ nickname }: Caller): Promise<void> {
    if (this.#run?.isRunning !== true) throw new SwitchboardError('stress.not_running');
    await this.#run.end(`${nickname} stopped it.`);
  }

  #suitable(actor: Actor, { channelId, bots }: NewStress): Channel {
    const stored = this.#channels.stored(channelId);
    if (stored === undefined || !this.#access.may(actor, 'see', channelId))
      throw new SwitchboardError('channel.not_found');
    const { passwordHash, requiredRoleId, memberLimit } = stored;
    const members = [...this.#rooms.members(channelId)].length;
    const isFull = memberLimit !== null && members + bots > memberLimit;
    if (passwordHash !== null || requiredRoleId !== null || isFull)
      throw new SwitchboardError('stress.channel_unsuitable');
    return this.#channels.get(channelId);
  }

  /** Whoever starts it knows what they hear. */
  #othersInRooms({ userId }: Actor): number {
    return [...this.#sessions.all].filter(
      ({ member, identity }) => member.channelId !== null && identity.userId !== userId,
    ).length;
  }

  /** Each bot is somebody else to the server: two sessions with one token would replace each other. */
  #mint({ userId: mintedBy }: Actor, { bots, channelId, durationS }: NewStress): string[] {
    const taken = new Set([...this.#sessions.all].map(({ member }) => nicknameKey(member.nickname)));
    const tokens: string[] = [];
    for (let number = 1; tokens.length < bots; number++) {
      const nickname = `Bot ${number}`;
      if (taken.has(nicknameKey(nickname))) continue;
      const grant = { channelId, permissions: PERMISSIONS, nickname, mintedBy };
      tokens.push(this.#tokens.mint(grant, durationS + TOKEN_SPARE_S).token);
    }
    return tokens;
  }

  #setupOf({ talkers, rampS }: NewStress, channel: Channel, tokens: readonly string[]): BotsSetup {
    const { keyPair } = this.#certificate;
    const host = ownAddress(this.#config.host);
    return {
      controlUrl: `${keyPair === undefined ? 'ws' : 'wss'}://${host}:${this.#control.port}/control`,
      voiceUrl: `udp://${host}:${this.#relay.port}`,
      fingerprint: keyPair === undefined ? undefined : new X509Certificate(keyPair.cert).fingerprint256,
      channelId: channel.id,
      bitrateBps: channel.audio.bitrateBps,
      tokens,
      talkers,
      rampMs: Math.max(rampS * 1_000, tokens.length * MIN_PAUSE_MS),
    };
  }

  /** Bots that could not say goodbye are sent away: their sessions would wait for them. */
  async #ended({ id, name }: Channel, because: string): Promise<void> {
    this.#sentAway = this.#users;
    for (const session of [...this.#sessions.all]) {
      if (this.#users.has(session.identity.userId)) this.#sessions.end(session);
    }
    try {
      await this.#audit.record({ actor: null, action: 'stress.end', target: { id, name }, detail: { because } });
    } catch (error) {
      this.#logger.error(
        'The end of the stress test was not recorded',
        error instanceof Error ? error.stack : String(error),
      );
    }
  }
}
