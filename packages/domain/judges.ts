import type { ChannelPeople, PeopleById } from './people.ts';

/**
 * Who may judge a disputed breach: the channel's head, else (none, or their own dispute) the other heads in the
 * configuration's order. Never their own case, or one handed to them since (`owner`). Empty: only an admin.
 */
export function judgesOf(
  { head }: Pick<ChannelPeople, 'head'>,
  people: PeopleById,
  { disputer, owner }: { readonly disputer: string; readonly owner: string },
): readonly string[] {
  if (head !== null && head !== disputer && people.has(head)) return [head];
  return [...people.values()].flatMap(({ id, role }) =>
    role === 'head' && id !== disputer && id !== owner ? [id] : [],
  );
}
