import * as vscode from 'vscode';
import type { BanTerms, Member, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { MAX_REASON_LENGTH } from '@switchboard/protocol';
import type { Calls } from '../calls/calls.ts';
import { plain, withoutIcons } from '../notifications/plain-text.ts';
import type { Problems } from '../notifications/problems.ts';
import { isTreeNode } from '../tree/tree-node.ts';
import type { VoiceCommands } from './command-ids.ts';
import { roomsInOrder } from './rooms.ts';

const { t } = vscode.l10n;

const HOUR_MS = 3_600_000;
/** In percent of how a member is sent. */
const VOLUMES = [0, 25, 50, 75, 100, 125, 150, 175, 200] as const;

type MemberCommandId =
  | 'memberVolume'
  | 'muteMember'
  | 'unmuteMember'
  | 'deafenMember'
  | 'undeafenMember'
  | 'moveMember'
  | 'kickMember'
  | 'banMember';

interface Chosen {
  readonly client: VoiceClientApi;
  readonly member: Member;
}

/** What one does to others: their volume for oneself, and what moderators do for everyone. */
export class MemberCommands implements Pick<VoiceCommands, MemberCommandId> {
  readonly #calls: Calls;
  readonly #problems: Problems;

  constructor(calls: Calls, problems: Problems) {
    this.#calls = calls;
    this.#problems = problems;
  }

  /** Heard while one goes through the list; taken back by Escape. */
  readonly memberVolume = async (argument?: unknown): Promise<void> => {
    const chosen =
      memberOf(argument, this.#client) ?? (argument === undefined ? await this.#chooseMember() : undefined);
    if (chosen === undefined) return;
    const { client, member } = chosen;
    const before = client.state.volumes[member.userId] ?? 1;
    const items = VOLUMES.map((percent) => ({
      label: t('{0} %', percent),
      ...(Math.round(before * 100) === percent ? { description: t('now') } : {}),
      gain: percent / 100,
    }));
    const near = items.findIndex(({ gain }) => gain >= before);
    const ordered = near <= 0 ? items : [...items.slice(near), ...items.slice(0, near)];
    const picked = await vscode.window.showQuickPick(ordered, {
      title: t('Volume of {0}', plain(member.nickname)),
      onDidSelectItem: (item) => {
        if (typeof item !== 'string' && 'gain' in item) client.setVolume(member.userId, Number(item.gain));
      },
    });
    client.setVolume(member.userId, picked?.gain ?? before);
  };

  readonly muteMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, ({ client, member }) => client.muteMember(member.id, true));
  readonly unmuteMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, ({ client, member }) => client.muteMember(member.id, false));
  readonly deafenMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, ({ client, member }) => client.deafenMember(member.id, true));
  readonly undeafenMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, ({ client, member }) => client.deafenMember(member.id, false));

  readonly moveMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, async ({ client, member }) => {
      const { state } = client;
      const items = roomsInOrder(state.channels)
        .filter(({ id }) => id !== member.channelId && can(state, 'member.move', id))
        .map(({ id, name }) => ({ label: withoutIcons(name), channelId: id }));
      const title = t('Move {0} to', plain(member.nickname));
      const room = await vscode.window.showQuickPick(items, { title });
      if (room !== undefined) await client.moveMember(member.id, room.channelId);
    });

  readonly kickMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, async ({ client, member }) => {
      const kick = t('Kick');
      const detail = t('They leave the server at once, and can come back.');
      if (!(await confirmed(t('Kick {0}?', plain(member.nickname)), detail, kick))) return;
      const reason = await askReason();
      if (reason !== undefined) await client.kickMember(member.id, reason === '' ? undefined : reason);
    });

  readonly banMember = (argument?: unknown): Promise<void> =>
    this.#moderate(argument, async ({ client, member }) => {
      const spans: readonly (vscode.QuickPickItem & { readonly durationMs?: number })[] = [
        { label: t('1 hour'), durationMs: HOUR_MS },
        { label: t('1 day'), durationMs: 24 * HOUR_MS },
        { label: t('7 days'), durationMs: 7 * 24 * HOUR_MS },
        { label: t('30 days'), durationMs: 30 * 24 * HOUR_MS },
        { label: t('For good') },
      ];
      const span = await vscode.window.showQuickPick(spans, { title: t('Ban {0} for', plain(member.nickname)) });
      if (span === undefined) return;
      const reason = await askReason();
      if (reason === undefined) return;
      const detail = t('They leave the server at once, and cannot come back before the ban ends.');
      if (!(await confirmed(t('Ban {0}?', plain(member.nickname)), detail, t('Ban')))) return;
      const terms: BanTerms = {
        ...(reason === '' ? {} : { reason }),
        ...(span.durationMs === undefined ? {} : { durationMs: span.durationMs }),
      };
      await client.banMember(member.id, terms);
    });

  get #client(): VoiceClientApi | undefined {
    const { state } = this.#calls;
    return state.status === 'open' ? state.client : undefined;
  }

  async #chooseMember(): Promise<Chosen | undefined> {
    const client = this.#client;
    if (client === undefined) return undefined;
    const { members, channelId, selfId } = client.state;
    const items = members
      .filter((member) => member.channelId === channelId && member.id !== selfId)
      .map((member) => ({ label: withoutIcons(member.nickname), member }));
    if (items.length === 0) {
      this.#problems.info(t('Nobody else is in the room.'));
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(items, { title: t('Volume of…') });
    return picked === undefined ? undefined : { client, member: picked.member };
  }

  async #moderate(argument: unknown, act: (chosen: Chosen) => Promise<void>): Promise<void> {
    const chosen = memberOf(argument, this.#client);
    if (chosen === undefined) return;
    try {
      await act(chosen);
    } catch (error) {
      this.#problems.show(error);
    }
  }
}

function memberOf(argument: unknown, client: VoiceClientApi | undefined): Chosen | undefined {
  if (client === undefined || !isTreeNode(argument) || argument.kind !== 'member') return undefined;
  const member = client.state.members.find(({ id }) => id === argument.memberId);
  return member === undefined ? undefined : { client, member };
}

async function confirmed(question: string, detail: string, words: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, words)) === words;
}

/** Empty for none; undefined where the person turns away. */
async function askReason(): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Reason (Optional)'),
    prompt: t('Shown to the person'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.length > MAX_REASON_LENGTH ? t('That is too long.') : undefined),
  });
  return typed?.trim();
}
