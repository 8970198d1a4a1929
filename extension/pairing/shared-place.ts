import type { Place } from '@switchboard/protocol';

/** What one has chosen to share; nothing at first. */
export interface ShareChoice {
  readonly workspace: boolean;
  readonly branch: boolean;
  readonly file: boolean;
}

/** What of all that is known here goes to the others. */
export function sharedPlace({ workspace, branch, path, line }: Place, choice: ShareChoice): Place | null {
  const shared: Place = {
    ...(choice.workspace && workspace !== undefined ? { workspace } : {}),
    ...(choice.branch && branch !== undefined ? { branch } : {}),
    ...(choice.file && path !== undefined ? { path } : {}),
    ...(choice.file && path !== undefined && line !== undefined ? { line } : {}),
  };
  return Object.keys(shared).length === 0 ? null : shared;
}

/** What is open in an editor. */
export interface Here<U> {
  readonly folder: { readonly name: string; readonly uri: U };
  /** The file in front, if it is one of the folder's, and none that is never shared. */
  readonly file: { readonly uri: U; readonly path: string; readonly line: number } | undefined;
}

/**
 * What goes to the others of where one is.
 * @param branchOf is asked only if the branch is shared, and of nothing that is not: a file that is kept back may be of another repository
 */
export function placeOf<U>(
  { folder, file }: Here<U>,
  branchOf: (uri: U) => string | undefined,
  choice: ShareChoice,
): Place | null {
  const branch = choice.branch ? branchOf((file ?? folder).uri) : undefined;
  return sharedPlace({ workspace: folder.name, branch, path: file?.path, line: file?.line }, choice);
}

export function sharesAnything({ workspace, branch, file }: ShareChoice): boolean {
  return workspace || branch || file;
}
