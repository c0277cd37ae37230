import type { Contact } from './bodyShape.ts';

/** A number, a business-scoped id, or both. The thread is the first name seen. */
export interface ClientNames {
  /** Digits only. */
  readonly waId: string | null;
  readonly userId: string | null;
}

export interface PlacedClient {
  readonly thread: string;
  /** E.164; null where WhatsApp hides it. */
  readonly phone: string | null;
  /** What was learnt, to remember. */
  readonly learned: ReadonlyMap<string, string>;
}

export const personName = (name: string): string => `person:${name}`;
export const isPersonName = (name: string): boolean => name.startsWith('person:');

/** A group is one conversation. */
export const groupThread = (group: string): string => `${GROUP}${group}`;
const GROUP = 'group/';

/** null for a private chat. */
export const groupOf = (thread: string): string | null =>
  thread.startsWith(GROUP) ? thread.slice(GROUP.length) : null;

/** Key: the number of a thread that is not named by one. */
export const numberName = (thread: string): string => `number:${thread}`;

/** null without any name. */
export function placeClient(names: ClientNames, known: ReadonlyMap<string, string>): PlacedClient | null {
  const own = namesOf(names);
  const first = own[0];
  if (first === undefined) return null;
  const thread = own.map((name) => known.get(personName(name))).find((found) => found !== undefined) ?? first;
  // Two names were taken for two people.
  const learned = own
    .filter((name) => known.get(personName(name)) !== thread)
    .map((name): [string, string] => [personName(name), thread]);
  const { waId } = names;
  if (waId !== null && waId !== thread && known.get(numberName(thread)) !== waId)
    learned.push([numberName(thread), waId]);
  return { thread, phone: phoneOf(waId), learned: new Map(learned) };
}

const namesOf = ({ waId, userId }: ClientNames): string[] => [userId, waId].filter((name) => name !== null);

/** `from` is a number, otherwise the id. */
export function namesIn(
  from: string | undefined,
  userId: string | undefined,
  contacts: readonly Contact[],
): ClientNames & { readonly contact: Contact | undefined } {
  const isNumber = from !== undefined && /^\d{7,15}$/.test(from);
  const contact =
    contacts.find(({ wa_id, user_id }) => from !== undefined && (wa_id === from || user_id === from)) ??
    contacts.find(({ user_id }) => userId !== undefined && user_id === userId) ??
    (contacts.length === 1 && from === undefined && userId === undefined ? contacts[0] : undefined);
  return {
    waId: (isNumber ? from : undefined) ?? contact?.wa_id ?? null,
    userId: userId ?? contact?.user_id ?? (isNumber ? null : (from ?? null)),
    contact,
  };
}

function phoneOf(waId: string | null): string | null {
  return waId !== null && /^[1-9]\d{6,14}$/.test(waId) ? `+${waId}` : null;
}
