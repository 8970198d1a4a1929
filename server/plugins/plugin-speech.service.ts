import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { PluginMessage } from '@switchboard/protocol';
import { pluginAuthor, PluginMessages } from '../chat/plugin-messages.ts';
import { Turns } from '../common/turns.ts';
import { PluginHooks } from './plugin-hooks.service.ts';
import type { Coming, PluginRun } from './plugin-run.ts';
import { PluginRuns } from './plugin-runs.service.ts';

/** Sends what plugins want said by themselves, in the order in which each of them said it. */
@Injectable()
export class PluginSpeech implements OnApplicationBootstrap {
  readonly #runs: PluginRuns;
  readonly #hooks: PluginHooks;
  readonly #messages: PluginMessages;
  readonly #turns = new WeakMap<PluginRun, Turns>();

  constructor(runs: PluginRuns, hooks: PluginHooks, messages: PluginMessages) {
    this.#runs = runs;
    this.#hooks = hooks;
    this.#messages = messages;
  }

  onApplicationBootstrap(): void {
    this.#runs.onSay((run, message, coming) => {
      const turns = this.#turns.get(run) ?? new Turns();
      this.#turns.set(run, turns);
      void turns.take(() => this.#say(run, message, coming));
    });
  }

  async #say(run: PluginRun, { roomId, text }: PluginMessage, coming: Coming | undefined): Promise<void> {
    const { id, manifest } = run.plugin;
    const plugin = { id, name: manifest.name };
    try {
      if (roomId === undefined) throw new Error('send_message needs a roomId in the server.');
      const draft = { author: pluginAuthor(plugin), channelId: roomId, text: text.toWellFormed(), code: null };
      const reviewed = await this.#hooks.review(draft, run);
      // Of plugins that are being ended, nobody has looked at it.
      if (this.#runs.isStopping) return;
      const isVoid = (): boolean => coming?.isTurnedAway === true && coming.channelId === roomId;
      const sent = await this.#messages.send(roomId, plugin, reviewed, isVoid);
      if (sent === undefined) run.note('info', 'A message was not sent: whom it was about did not come in.');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      run.note('warn', `A message was not sent: ${reason}`);
    }
  }
}
