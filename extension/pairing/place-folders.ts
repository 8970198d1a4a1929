/** A folder that is open here. */
export interface Folder {
  readonly name: string;
}

/** The folders to look for somebody's file in: those of the same name as theirs first, then the others, in their order. */
export function foldersToSearch<F extends Folder>(folders: readonly F[], workspace: string | undefined): readonly F[] {
  const isSame = ({ name }: F): boolean => name === workspace;
  return [...folders.filter(isSame), ...folders.filter((folder) => !isSame(folder))];
}
