import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SwitchboardError, type PluginPerson } from '@switchboard/protocol';
import { MessageReview, type MessageReviewer, type ReviewedMessage } from '../chat/message-review.ts';
import { DomainEvents, type PersonInEvent } from '../common/domain-events.ts';
import { DoorService, type Admission, type Doorkeeper } from '../presence/door.service.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import type { Coming, PluginRun } from './plugin-run.ts';
import { PluginRuns } from './plugin-runs.service.ts';
import { personOf, PluginScene } from './plugin-scene.ts';

/**
 * Asks the plugins, one after the other in their order, about who comes and what is written. One that fails or is late has said nothing:
 * people get in, and messages through.
 */
@Injectable()
export class PluginHooks implements OnApplicationBootstrap, MessageReviewer {
  readonly #runs: PluginRuns;
  readonly #scene: PluginScene;
  readonly #review: MessageReview;
  readonly #door: DoorService;
  readonly #sessions: SessionsService;
  readonly #events: DomainEvents;
  /** Who comes in at this moment, and was asked about. */
  #entering: Session | undefined;

  constructor(
    runs: PluginRuns,
    scene: PluginScene,
    review: MessageReview,
    door: DoorService,
    sessions: SessionsService,
    events: DomainEvents,
  ) {
    this.#runs = runs;
    this.#scene = scene;
    this.#review = review;
    this.#door = door;
    this.#sessions = sessions;
    this.#events = events;
  }

  onApplicationBootstrap(): void {
    this.#review.by(this);
    this.#door.keptBy(this.#doorkeeper());
    this.#sessions.onCaughtUp((session, isNew) => {
      if (isNew) this.#connected(session);
    });
    this.#events.on('room.joined', ({ person, channelId }) => {
      // Who came through the door was asked about there.
      if (this.#entering?.member.id !== person.memberId) this.#moved('on_user_join_channel', person, channelId);
    });
    this.#events.on('room.left', ({ person, channelId }) => {
      this.#moved('on_user_leave_channel', person, channelId);
    });
  }

  get isNeeded(): boolean {
    return this.#runs.with('on_message').length > 0;
  }

  /** @param except it is its own doing */
  async review({ author, channelId, text, code }: ReviewedMessage, except?: PluginRun): Promise<string> {
    const by = { userId: author.userId, nickname: author.nickname, self: false };
    const room = this.#scene.room(channelId);
    let reviewed = text;
    for (const run of this.#runs.with('on_message')) {
      if (run === except) continue;
      const members = this.#scene.membersFor(run, channelId);
      const answer = await run.ask('on_message', { author: by, text: reviewed, code, room }, members);
      if (answer?.action === 'rewrite') reviewed = answer.text.toWellFormed();
      if (answer?.action === 'reject') {
        const sentence = `${run.plugin.manifest.name} did not let the message through: ${answer.reason}`;
        throw new SwitchboardError('message.rejected', sentence);
      }
    }
    return reviewed;
  }

  #doorkeeper(): Doorkeeper {
    const runs = this.#runs;
    return {
      get isNeeded() {
        return runs.with('on_user_join_channel').length > 0;
      },
      // What a plugin says of it comes when they are in.
      admit: (session, channelId) => this.#review.follow(channelId, this.#admit(session, channelId)),
    };
  }

  async #admit(session: Session, channelId: string): Promise<Admission> {
    const room = this.#scene.room(channelId);
    const coming = { channelId, isTurnedAway: false };
    const asked: PluginRun[] = [];
    const turnAway = (): void => {
      this.#turnAway(personOf(session), coming, asked);
    };
    for (const run of this.#runs.with('on_user_join_channel')) {
      const members = this.#scene.membersFor(run, channelId);
      const answer = await run.ask('on_user_join_channel', { member: personOf(session), room }, members, coming);
      if (answer?.action === 'refuse') {
        turnAway();
        const sentence = `${run.plugin.manifest.name} did not let you in: ${answer.reason}`;
        throw new SwitchboardError('channel.refused', sentence);
      }
      asked.push(run);
    }
    return { letIn: (enter) => this.#letIn(session, enter), turnAway };
  }

  #letIn<T>(session: Session, enter: () => T): T {
    this.#entering = session;
    try {
      return enter();
    } finally {
      this.#entering = undefined;
    }
  }

  /** Those that were asked may count them in: to them, they have left. */
  #turnAway(member: PluginPerson, coming: Coming, asked: readonly PluginRun[]): void {
    coming.isTurnedAway = true;
    this.#tell('on_user_leave_channel', member, coming.channelId, (run) => asked.includes(run));
  }

  /** Each says what it has to say when it comes to it: the welcome is there already. */
  #connected(session: Session): void {
    for (const run of this.#runs.with('on_connect')) {
      const event = { member: personOf(session), guest: session.member.guest };
      void run.ask('on_connect', event, this.#scene.membersFor(run, null)).then((answer) => {
        if (answer?.notice === undefined || session.attachment.status === 'ended') return;
        const text = `${run.plugin.manifest.name}: ${answer.notice}`;
        session.tell({ type: 'server.notice', data: { text } });
      });
    }
  }

  #moved(
    hook: 'on_user_join_channel' | 'on_user_leave_channel',
    { memberId, userId, nickname }: PersonInEvent,
    channelId: string,
  ): void {
    this.#tell(hook, { id: memberId, userId, nickname, self: false }, channelId, () => true);
  }

  #tell(
    hook: 'on_user_join_channel' | 'on_user_leave_channel',
    member: PluginPerson,
    channelId: string,
    isTold: (run: PluginRun) => boolean,
  ): void {
    const room = this.#scene.room(channelId);
    for (const run of this.#runs.with(hook).filter(isTold)) {
      run.tell(hook, { member, room }, this.#scene.membersFor(run, channelId));
    }
  }
}
