import type { Translate } from '../calls/sentences.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import type { TreeLine } from './tree-line.ts';

/** A server that one is not connected with. It is drawn before anything else of ours is loaded. */
export function idleBookmarkLine(
  { id, address, name, nickname, signIn }: Bookmark,
  { first, last }: { readonly first: boolean; readonly last: boolean },
  t: Translate,
): TreeLine {
  const { host } = new URL(address);
  const as = signIn.type === 'account' ? t('Account {0}', signIn.username) : t('As {0}', nickname);
  return {
    node: { kind: 'bookmark', bookmarkId: id },
    label: name,
    live: false,
    description: host === name ? '' : host,
    tooltip: [address, as],
    icon: { icon: 'vm-outline' },
    context: ['bookmark', signIn.type, 'idle', ...(first ? [] : ['up']), ...(last ? [] : ['down'])].join('.'),
    spoken: t('{0}, not connected', name),
    command: 'connect',
    children: undefined,
  };
}
