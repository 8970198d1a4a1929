import { Injectable } from '@nestjs/common';
import { SwitchboardError, type CheckedRequestData, type ReplyData } from '@switchboard/protocol';
import { PluginMessages } from '../chat/plugin-messages.ts';
import { WritingRules } from '../chat/writing-rules.ts';
import { Clock } from '../common/clock.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import { OnRequest } from '../control/on-request.ts';
import type { Session } from '../presence/session.ts';
import { PluginHooks } from './plugin-hooks.service.ts';
import type { PluginRun } from './plugin-run.ts';
import { PluginRuns } from './plugin-runs.service.ts';
import { personOf, PluginScene } from './plugin-scene.ts';

/** Of one person. */
const COMMANDS_PER_MINUTE = 30;
const COMMAND_BURST = 10;

/** Slash commands that plugins of the server answer: who gives one could write there as well. */
@Injectable()
export class PluginCommandsRequests {
  readonly #runs: PluginRuns;
  readonly #hooks: PluginHooks;
  readonly #scene: PluginScene;
  readonly #messages: PluginMessages;
  readonly #rules: WritingRules;
  readonly #clock: Clock;
  readonly #limits = new NetworkLimits(COMMANDS_PER_MINUTE, COMMAND_BURST);

  constructor(
    runs: PluginRuns,
    hooks: PluginHooks,
    scene: PluginScene,
    messages: PluginMessages,
    rules: WritingRules,
    clock: Clock,
  ) {
    this.#runs = runs;
    this.#hooks = hooks;
    this.#scene = scene;
    this.#messages = messages;
    this.#rules = rules;
    this.#clock = clock;
  }

  @OnRequest('command.invoke')
  async invoke(session: Session, data: CheckedRequestData<'command.invoke'>): Promise<ReplyData<'command.invoke'>> {
    const { channelId, name, args } = data;
    this.#demandToWrite(session, channelId);
    if (!this.#limits.take(session.identity.userId, this.#clock.nowMs())) {
      throw new SwitchboardError('server.rate_limited', undefined, { retryAfterMs: this.#limits.retryAfterMs });
    }
    const run = this.#runs.with('on_command').find((each) => knows(each, name));
    if (run === undefined) throw new SwitchboardError('command.unknown');
    const event = { name, args, member: personOf(session), room: this.#scene.room(channelId) };
    const answer = await run.ask('on_command', event, this.#scene.membersFor(run, channelId));
    const pluginName = run.plugin.manifest.name;
    if (answer === undefined) {
      throw new SwitchboardError('command.failed', `The command did not work: ${pluginName} failed. Try again.`);
    }
    if (answer.message !== undefined && this.#mayWrite(run)) await this.#write(session, channelId, run, answer.message);
    return { reply: answer.reply ?? null, pluginName };
  }

  /** A message is one, whether it is an answer or sent by `send_message`. */
  #mayWrite(run: PluginRun): boolean {
    const may = run.may('message.send');
    if (!may) run.note('warn', 'on_command: its message was not sent: it needs the permission message.send.');
    return may;
  }

  /** In the plugin's name, and by this person's doing: what others say of messages, they say of this one. */
  async #write(session: Session, channelId: string, run: PluginRun, text: string): Promise<void> {
    const { userId, nickname } = session.member;
    const reviewed = await this.#hooks.review({ author: { userId, nickname }, channelId, text, code: null }, run);
    // It took time, in which anything may have changed.
    this.#demandToWrite(session, channelId);
    this.#rules.wrote(channelId, userId);
    const { id, manifest } = run.plugin;
    await this.#messages.send(channelId, { id, name: manifest.name }, reviewed);
  }

  #demandToWrite(session: Session, channelId: string): void {
    const refusal = this.#rules.refusal(session, channelId);
    if (refusal !== undefined) throw refusal;
  }
}

function knows({ plugin }: PluginRun, name: string): boolean {
  return plugin.manifest.commands.some((command) => command.name === name);
}
