import * as vscode from 'vscode';

/** As much of the editor's own Git extension as is used here (its API, version 1). */
interface GitRepository {
  readonly state: { readonly HEAD?: { readonly name?: string }; readonly onDidChange: vscode.Event<void> };
}
interface GitApi {
  getRepository(uri: vscode.Uri): GitRepository | null;
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
}
interface GitExports {
  getAPI(version: 1): GitApi;
}

/** The branch that a file is on, as far as the Git extension is there and knows. */
export class GitBranch implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #changed: () => void;
  readonly #disposables: vscode.Disposable[] = [];
  readonly #watched = new WeakSet<GitRepository>();
  #api: GitApi | undefined;
  #asked = false;

  /** @param changed a branch may be another one now */
  constructor(log: vscode.LogOutputChannel, changed: () => void) {
    this.#log = log;
    this.#changed = changed;
  }

  of(uri: vscode.Uri): string | undefined {
    if (!this.#asked) void this.#open();
    const repository = this.#api?.getRepository(uri) ?? undefined;
    if (repository === undefined) return undefined;
    if (!this.#watched.has(repository)) {
      this.#watched.add(repository);
      this.#disposables.push(repository.state.onDidChange(this.#changed));
    }
    return repository.state.HEAD?.name;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** Not before somebody wants to share a branch. */
  async #open(): Promise<void> {
    this.#asked = true;
    try {
      const extension = vscode.extensions.getExtension<GitExports>('vscode.git');
      if (extension === undefined) return;
      this.#api = (await extension.activate()).getAPI(1);
      this.#disposables.push(this.#api.onDidOpenRepository(this.#changed));
      this.#changed();
    } catch (error) {
      // It may be switched off; then there is no branch to share.
      this.#log.info('no branch to share', error);
    }
  }
}
