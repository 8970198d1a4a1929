import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { nodeClock } from '@switchboard/client/host';
import * as vscode from 'vscode';
import { CallUpkeep } from './calls/call-upkeep.ts';
import type { Closable } from './calls/follow-call.ts';
import { openHostLine } from './calls/host-line.ts';
import { lastRoom } from './calls/last-room.ts';
import { TalkSwitch } from './calls/talk-switch.ts';
import { WindowCalls } from './calls/window-calls.ts';
import type { CommandId, SmallCommandId } from './commands/command-ids.ts';
import { commandsOf } from './commands/commands.ts';
import { MemberCommands } from './commands/member-commands.ts';
import { RoomCommands } from './commands/room-commands.ts';
import { ServerCommands } from './commands/server-commands.ts';
import { OwnVoiceCommands } from './commands/voice-commands.ts';
import { ForkedEngines } from './engine/forked-engines.ts';
import { LinkHandler } from './links/link-handler.ts';
import { Notifications } from './notifications/notifications.ts';
import { Problems } from './notifications/problems.ts';
import { startPairing } from './pairing/pairing.ts';
import { RoomPanel } from './room-panel/room-panel.ts';
import type { Bookmark } from './servers/bookmark.ts';
import type { Bookmarks } from './servers/bookmarks.ts';
import { ServerSecrets } from './servers/server-secrets.ts';
import { SIGN_IN_BOXES } from './servers/sign-in-boxes.ts';
import { refusalOf } from './servers/server-forms.ts';
import { SignInForm } from './servers/sign-in-form.ts';
import { StatusBar } from './status-bar/status-bar.ts';
import { ForkedTalkKey } from './talk-key/talk-key.ts';
import { RoomsTree } from './tree/rooms-tree.ts';
import { onceEach } from './calls/once-each.ts';
import type { RoomsView } from './tree/rooms-view.ts';

const { t } = vscode.l10n;

export interface VoiceParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly bookmarks: Bookmarks;
  readonly rooms: RoomsView;
}

/** All that talks, as it is loaded with the first use. */
export interface Voice {
  readonly panel: vscode.WebviewViewProvider;
  run(command: Exclude<CommandId, SmallCommandId>, argument: unknown): Promise<void>;
  openLink(uri: vscode.Uri): Promise<void>;
  /** Goes back to where this window was. */
  rejoin(): Promise<void>;
  /** Hangs up, and writes what is not written yet. */
  close(): Promise<void>;
}

/** Puts the parts together. */
export function startVoice({ context, log, bookmarks, rooms }: VoiceParts): Voice {
  const secrets = new ServerSecrets(context.secrets);
  const problems = new Problems(log, nodeClock);
  const failed = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const attempt = async (act: () => void | Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      problems.show(error);
    }
  };
  const inDist = (file: string): string => join(context.extensionPath, 'dist', file);

  const defect = t('Something went wrong in Switchboard. The log has the details.');
  const calls = new WindowCalls((bookmark) => openHostLine(bookmark, lineOptions), failed, defect);
  const lineOptions = {
    memory: context.globalState,
    secrets,
    version: String((context.extension.packageJSON as { readonly version?: unknown }).version),
    pluginsFolder: join(context.globalStorageUri.fsPath, 'plugins'),
    makeEngines: (trust: { readonly fingerprint: string } | undefined) =>
      new ForkedEngines({
        processPath: inDist('engine-process.mjs'),
        clock: nodeClock,
        trust,
        log: onceEach((line) => log.info(`engine: ${line}`)),
      }),
    failed,
  };

  const pairing = startPairing({ calls, context, log });
  const panel = new RoomPanel({
    extensionUri: context.extensionUri,
    calls,
    clock: nodeClock,
    openCode: (message) => void attempt(() => pairing.openCode(message)),
    log: (text) => log.warn(`room view: ${text}`),
  });
  const showChat = (): Promise<void> => panel.showChat();
  const signInForm = new SignInForm(bookmarks, secrets, SIGN_IN_BOXES, refusalOf);
  const servers = new ServerCommands({
    bookmarks,
    secrets,
    signInForm,
    calls,
    problems,
    newId: randomUUID,
    join: (channelId) => roomCommands.join(channelId),
    systemName: () => userInfo().username,
  });
  const connect = (): Promise<void> => servers.connect();
  const talk = new TalkSwitch(calls);
  const roomCommands = new RoomCommands({
    calls,
    problems,
    connect,
    showChat,
    showPlugins: () => panel.showPlugins(),
  });
  const voiceCommands = new OwnVoiceCommands(calls, talk, problems, connect);
  const memberCommands = new MemberCommands(calls, problems);
  const commands = commandsOf({ servers, rooms: roomCommands, own: voiceCommands, members: memberCommands, pairing });
  problems.remedies = (command, bookmark) => {
    if (command === 'trust' && bookmark !== undefined) void servers.trust(bookmark);
    else void vscode.commands.executeCommand(`switchboard.${command}`, bookmark?.id);
  };
  const links = new LinkHandler({ bookmarks, calls, servers, rooms: roomCommands, problems });

  const tree = new RoomsTree({
    bookmarks,
    calls,
    clock: nodeClock,
    t,
    show: (lines, changed) => rooms.show(lines, changed),
  });
  const parts: readonly Closable[] = [
    new CallUpkeep({
      calls,
      talk,
      talkKey: new ForkedTalkKey({
        fork: () =>
          fork(inDist('talk-key-process.mjs'), [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
        after: (ms, run) => nodeClock.after(ms, run),
      }),
      workspaceState: context.workspaceState,
      log,
    }),
    new StatusBar(calls, {
      room: t('Switchboard: Room'),
      microphone: t('Switchboard: Microphone'),
      sound: t('Switchboard: Sound'),
      speakers: t('Switchboard: Speakers'),
    }),
    new Notifications({ calls, clock: nodeClock, problems, chatVisible: () => panel.visible, showChat }),
    pairing,
    panel,
  ];

  return {
    panel,
    run: (command, argument) => attempt(() => commands[command](argument)),
    openLink: (uri) => attempt(() => links.open(uri)),
    rejoin: () =>
      attempt(async () => {
        const room = lastRoom(context.workspaceState);
        const bookmark: Bookmark | undefined = room === undefined ? undefined : bookmarks.find(room.bookmarkId);
        if (room === undefined || bookmark === undefined || !(await servers.connectTo(bookmark))) return;
        await roomCommands.join(room.channelId);
      }),
    async close() {
      tree.close();
      for (const part of parts) part.dispose();
      await calls.disconnect();
    },
  };
}
