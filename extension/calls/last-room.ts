/** What is needed of the editor's state of one workspace. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Where this window was when it last talked. */
export interface LastRoom {
  readonly bookmarkId: string;
  readonly channelId: string;
}

const KEY = 'switchboard.lastRoom';

export function lastRoom(memory: WorkspaceMemory): LastRoom | undefined {
  const kept = memory.get(KEY);
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { bookmarkId, channelId } = kept as Record<string, unknown>;
  return typeof bookmarkId === 'string' && typeof channelId === 'string' ? { bookmarkId, channelId } : undefined;
}

/** @param room undefined where one has gone out of it oneself */
export async function keepLastRoom(memory: WorkspaceMemory, room: LastRoom | undefined): Promise<void> {
  const before = lastRoom(memory);
  if (before?.bookmarkId === room?.bookmarkId && before?.channelId === room?.channelId) return;
  await memory.update(KEY, room);
}
