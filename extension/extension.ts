import * as vscode from 'vscode';
import { COMMAND_IDS, type CommandId, type SmallCommandId } from './commands/command-ids.ts';
import { lastRoom } from './calls/last-room.ts';
import { Bookmarks } from './servers/bookmarks.ts';
import { liveColour, RoomsView } from './tree/rooms-view.ts';
import type { Voice, VoiceParts } from './voice.ts';

const EXTENSION_ID = 'switchboard.switchboard-voice';

/** What it resolves to is missing where it could not be loaded, which was told then. */
let voice: Promise<Voice | undefined> | undefined;

/** Registers what the manifest promises. All that talks is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const startedMs = performance.now();
  const log = vscode.window.createOutputChannel('Switchboard', { log: true });
  const bookmarks = new Bookmarks(context.globalState);
  const rooms = new RoomsView(bookmarks, context.extensionUri);
  const treeView = vscode.window.createTreeView('switchboard.rooms', { treeDataProvider: rooms });
  context.subscriptions.push(log, rooms, treeView, vscode.window.registerFileDecorationProvider(liveColour));

  const loaded = (): Promise<Voice | undefined> => (voice ??= load({ context, log, bookmarks, rooms }));
  const small: Readonly<Record<SmallCommandId, () => void>> = {
    openSettings: () => run('workbench.action.openSettings', `@ext:${EXTENSION_ID}`),
    openWalkthrough: () => run('workbench.action.openWalkthrough', `${EXTENSION_ID}#start`, false),
    showOutput: () => log.show(),
  };
  for (const id of COMMAND_IDS) {
    const act = isSmall(id) ? () => small[id]() : async (argument?: unknown) => (await loaded())?.run(id, argument);
    context.subscriptions.push(vscode.commands.registerCommand(`switchboard.${id}`, act));
  }
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider('switchboard.room', {
      resolveWebviewView: async (view, more, token) => (await loaded())?.panel.resolveWebviewView(view, more, token),
    }),
    vscode.window.registerUriHandler({ handleUri: async (uri) => (await loaded())?.openLink(uri) }),
  );
  if (
    vscode.workspace.getConfiguration('switchboard').get<boolean>('rejoin', false) &&
    lastRoom(context.workspaceState) !== undefined
  )
    void loaded().then((started) => started?.rejoin());
  log.info(`Activated in ${(performance.now() - startedMs).toFixed(1)} ms.`);
}

/** Hangs up, and writes what is not written yet. */
export async function deactivate(): Promise<void> {
  const started = await voice;
  await started?.close();
}

async function load(parts: VoiceParts): Promise<Voice | undefined> {
  const startedMs = performance.now();
  try {
    const { startVoice } = await import('./voice.ts');
    const started = startVoice(parts);
    parts.log.info(`Voice loaded in ${(performance.now() - startedMs).toFixed(1)} ms.`);
    return started;
  } catch (error) {
    // The next use tries again.
    voice = undefined;
    parts.log.error(error instanceof Error ? error : String(error));
    const show = vscode.l10n.t('Show Log');
    void vscode.window
      .showErrorMessage(vscode.l10n.t('Switchboard could not be started. The log has the details.'), show)
      .then((chosen) => {
        if (chosen === show) parts.log.show();
      });
    return undefined;
  }
}

function isSmall(id: CommandId): id is SmallCommandId {
  return id === 'openSettings' || id === 'openWalkthrough' || id === 'showOutput';
}

function run(command: string, ...values: unknown[]): void {
  void vscode.commands.executeCommand(command, ...values);
}
