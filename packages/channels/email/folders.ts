import type { ListResponse } from 'imapflow';
import type { EmailChannel } from './config.ts';
import type { Mail } from './mail.ts';

export interface Folder {
  readonly path: string;
  readonly role: Mail['folder'];
}

/** They hold nothing new for us, or duplicates. */
const IGNORED = new Set(['\\Drafts', '\\Trash', '\\All', '\\Flagged', '\\Important']);
/** Ignored with their subfolders: Yandex keeps templates in the drafts. */
const IGNORED_TREES = new Set(['\\Drafts', '\\Trash', '\\Junk']);
/** Unsent mail answers nobody. RFC 6154 has no special use for it. */
const UNSENT = /^(outbox|scheduled|templates?|исходящие|шаблоны?|запланированные)$/i;

/**
 * Sent mail first, so that an answer is known before the alarm. All but drafts and bin, since filters move mail.
 * Gmail's «All mail» stands for all but bin and spam.
 */
export function foldersOf(
  list: readonly ListResponse[],
  channel: Pick<EmailChannel, 'sent' | 'junk'>,
  isGmail: boolean,
): Folder[] {
  const usable = list.filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent'));
  const junk = usable.find(({ specialUse }) => specialUse === '\\Junk');
  const all = isGmail ? usable.find(({ specialUse }) => specialUse === '\\All') : undefined;
  const ignoredTrees = list
    .filter(({ specialUse }) => IGNORED_TREES.has(specialUse ?? ''))
    .map(({ path, delimiter }) => `${path}${delimiter}`);
  const isThrownAway = ({ path }: ListResponse) => ignoredTrees.some((tree) => path.startsWith(tree));
  const sentTrees = usable.filter(({ path, name, specialUse }) =>
    channel.sent === null ? specialUse === '\\Sent' : path === channel.sent || name === channel.sent,
  );
  // Subfolders count as sent.
  const sent = usable.filter(
    (folder) =>
      !isThrownAway(folder) &&
      sentTrees.some(
        ({ path, delimiter }) => folder.path === path || folder.path.startsWith(`${path}${delimiter}`),
      ),
  );
  const rest = usable.filter(
    (folder) =>
      !sent.includes(folder) &&
      folder !== junk &&
      !IGNORED.has(folder.specialUse ?? '') &&
      !UNSENT.test(folder.name) &&
      !isThrownAway(folder),
  );
  const incoming = all === undefined ? rest : [all];
  return [
    ...sent.map(({ path }) => ({ path, role: 'sent' as const })),
    ...incoming.toSorted(inboxFirst).map(({ path }) => ({ path, role: 'inbox' as const })),
    ...(junk === undefined || channel.junk === 'off' ? [] : [{ path: junk.path, role: 'junk' as const }]),
  ];
}

const inboxFirst = (a: ListResponse, b: ListResponse): number => Number(isInbox(b)) - Number(isInbox(a));

export const isInbox = ({ path }: { readonly path: string }): boolean => path.toUpperCase() === 'INBOX';
