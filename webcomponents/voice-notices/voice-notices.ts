import type { ClientState, Problem, VoiceClientApi } from '@switchboard/client';
import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ClientController } from '../client-controller.ts';
import { VoiceSettingsOpenEvent } from '../events/voice-settings-open.ts';
import { closeIcon, infoIcon, warningIcon } from '../icons.ts';
import { sentence } from '../strings/locale.ts';
import { controls } from '../styles/controls.styles.ts';
import { writtenText } from '../styles/text.styles.ts';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { shownText } from '../voice-message/shown-text.ts';
import { styles } from './voice-notices.styles.ts';

interface Notice {
  readonly tone: 'info' | 'warning' | 'danger-tone';
  readonly words: string;
  /** Somebody wrote it: it has lines and links, and the announcer reads it out. */
  readonly written?: boolean;
  readonly waiting?: boolean;
  readonly help?: string;
  readonly actions?: readonly { readonly label: string; readonly run: () => void }[];
  readonly dismiss?: () => void;
}

/**
 * What stands in the way, each with the way out: connection lost, microphone refused, voice blocked, an action that
 * failed, a plugin that was stopped, a word from the server.
 *
 * @customElement voice-notices
 * @fires {VoiceSettingsOpenEvent} voice-settings-open - the plugins are asked for
 * @csspart notice - one notice
 */
@define('voice-notices')
export class VoiceNotices extends VoiceElement {
  static override styles = [theme, controls, writtenText, styles];

  @property({ attribute: false }) client: VoiceClientApi | null = null;
  /** The action that failed last. */
  @property({ attribute: false }) problem: Problem | null = null;
  /** Sound waits for a click, tap or key: any will do. */
  @property({ type: Boolean, attribute: 'sound-blocked' }) soundBlocked = false;
  /** Called when that is dismissed. */
  @property({ attribute: false }) onDismiss: (() => void) | null = null;
  /** Reflected while there is something to show. */
  @property({ type: Boolean, reflect: true }) filled = false;

  @state() private helpOpen = false;
  @state() private dismissedMove: ClientState['moved'] = null;
  /** Ids of stopped plugins that need not be told of again. */
  @state() private dismissedPlugins: ReadonlySet<string> = new Set();
  readonly #client = new ClientController(this, [
    'connection',
    'microphone',
    'lane',
    'soundProblem',
    'notice',
    'channelId',
    'moved',
    'plugins',
  ]);
  #notices: readonly Notice[] = [];

  protected override willUpdate(): void {
    const { state: current } = this.#client;
    // One that has run again is told of anew.
    const stopped = current?.plugins.filter(({ status }) => status.kind === 'stopped') ?? [];
    const still = stopped.map(({ manifest }) => manifest.id).filter((id) => this.dismissedPlugins.has(id));
    if (still.length < this.dismissedPlugins.size) this.dismissedPlugins = new Set(still);
    this.#notices = current === null ? [] : this.#collect(current);
    this.filled = this.#notices.length > 0;
  }

  protected override render(): TemplateResult {
    return html`${this.#notices.map((notice) => this.#notice(notice))}`;
  }

  #notice({ tone, words, written = false, waiting, help, actions = [], dismiss }: Notice): TemplateResult {
    const role = written ? nothing : tone === 'info' ? 'status' : 'alert';
    return html`<div part="notice" class=${tone} role=${role}>
      <span class="sign"
        >${
          waiting === true
            ? html`<span class="icon spinner" aria-hidden="true"></span>`
            : tone === 'info'
              ? infoIcon
              : warningIcon
        }</span
      >
      <div class="words" dir="auto">${written ? shownText(words) : words}</div>
      <span class="actions">
        ${actions.map(({ label, run }) => html`<button class="button" @click=${run}>${label}</button>`)}
        ${
          dismiss === undefined
            ? nothing
            : html`<button class="icon-button" aria-label=${this.text.dismiss} @click=${dismiss}>${closeIcon}</button>`
        }
      </span>
      ${help === undefined ? nothing : html`<p class="help">${help}</p>`}
    </div>`;
  }

  #collect(current: ClientState): Notice[] {
    const { text, problem } = this;
    const notices: Notice[] = [];
    if (current.connection.status === 'reconnecting') {
      notices.push({
        tone: 'warning',
        words: text.reconnecting(current.connection.attempt),
        waiting: true,
        actions: [{ label: text.retryNow, run: () => this.client?.retryNow() }],
      });
    } else if (current.soundProblem !== null) {
      notices.push({ tone: 'warning', words: sentence(text, current.soundProblem), waiting: true });
    } else if (current.channelId !== null && current.lane.status === 'unreachable') {
      notices.push({
        tone: 'warning',
        words: sentence(text, { code: 'client.voice_unreachable', message: '' }),
        waiting: true,
      });
    }
    if (this.soundBlocked) notices.push({ tone: 'warning', words: text.soundBlocked });
    if (current.microphone.status === 'failed' && current.channelId !== null) {
      notices.push(this.#microphone(current.microphone.problem, current.microphoneId));
    }
    if (problem !== null) {
      notices.push({
        tone: 'danger-tone',
        words: sentence(text, problem),
        ...(this.onDismiss === null ? {} : { dismiss: this.onDismiss }),
      });
    }
    notices.push(...this.#stoppedPlugins(current));
    const { notice, moved } = current;
    if (moved !== null && moved !== this.dismissedMove) {
      const room = current.channels.find(({ id }) => id === moved.channelId);
      const words = room === undefined ? text.movedOut : text.movedYou(room.name);
      notices.push({ tone: 'info', words, dismiss: () => (this.dismissedMove = moved) });
    }
    if (notice !== null) {
      notices.push({ tone: 'info', words: notice, written: true, dismiss: () => this.client?.dismissNotice() });
    }
    return notices;
  }

  #stoppedPlugins({ plugins }: ClientState): Notice[] {
    const { text } = this;
    return plugins.flatMap(({ manifest, status }) => {
      if (status.kind !== 'stopped' || this.dismissedPlugins.has(manifest.id)) return [];
      return [
        {
          tone: 'warning' as const,
          words: text.pluginStopped(manifest.name, sentence(text, status.problem)),
          actions: [{ label: text.plugins, run: () => this.dispatchEvent(new VoiceSettingsOpenEvent('plugins')) }],
          dismiss: () => (this.dismissedPlugins = new Set(this.dismissedPlugins).add(manifest.id)),
        },
      ];
    });
  }

  #microphone(problem: Problem, microphoneId: string | null): Notice {
    const { text } = this;
    const retry = { label: text.tryAgain, run: () => void this.client?.useMicrophone(microphoneId) };
    const refused = problem.code === 'client.microphone_refused';
    const howTo = { label: text.showHelp, run: () => (this.helpOpen = !this.helpOpen) };
    return {
      tone: 'warning',
      words: sentence(text, problem),
      actions: problem.code === 'client.insecure_page' ? [] : refused ? [howTo, retry] : [retry],
      ...(refused && this.helpOpen ? { help: text.microphoneHelp } : {}),
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-notices': VoiceNotices;
  }
}
