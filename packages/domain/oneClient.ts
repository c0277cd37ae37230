import type { Call, Event } from './event.ts';
import { normalized } from './normalized.ts';

/** What identifies the same person on two channels. */
export type HandleKind = 'phone' | 'email';

export interface Handle {
  readonly kind: HandleKind;
  /** E.164, or an address in lower case. */
  readonly value: string;
}

/** A channel attests this of whoever writes in the thread. */
export interface Attested extends Handle {
  /** The client as the thread knows them, before any joining. */
  readonly client: string;
}

/** A person says that two clients are one. */
export interface Confirmed {
  readonly a: string;
  readonly b: string;
}

/** E.164: phone lines name their threads so. */
const NUMBER = /^\+[1-9]\d{6,14}$/;

/** A client's proven handles, and the number of any call: so a call back answers what they wrote elsewhere. */
export function handlesOf(event: Speaking): Handle[] {
  const { phone, email } = event.side === 'client' ? event.author : NOBODY;
  const line = lineOf(event);
  return handles([phone, isTypedLine(event) ? null : line], [email]);
}

/** Said by clients themselves (law 3): shown and suggested, joins and parts nobody. */
export function typedHandlesOf(event: Speaking): Handle[] {
  const { phone, email } = (event.side === 'client' ? event.author.typed : null) ?? NOBODY;
  const line = isTypedLine(event) ? lineOf(event) : null;
  const proven = new Set(handlesOf(event).map(({ kind, value }) => `${kind}:${value}`));
  return handles([phone, line], [email]).filter(({ kind, value }) => !proven.has(`${kind}:${value}`));
}

type Speaking = Pick<Event, 'side' | 'author' | 'kind' | 'thread'> & {
  readonly call?: Pick<Call['call'], 'numberTyped'>;
};

const NOBODY = { phone: null, email: null };

const lineOf = ({ kind, thread }: Speaking): string | null =>
  kind === 'call' && NUMBER.test(thread) ? thread : null;

const isTypedLine = (event: Speaking): boolean => event.kind === 'call' && event.call?.numberTyped === true;

function handles(phones: readonly (string | null)[], emails: readonly (string | null)[]): Handle[] {
  const said = (values: readonly (string | null)[]) => new Set(values.filter((value) => value !== null));
  return [
    ...[...said(phones)].map((value) => ({ kind: 'phone' as const, value })),
    // Before the @ case may matter (RFC 5321, 2.4), but no provider uses that.
    ...[...said(emails)].map((value) => ({ kind: 'email' as const, value: value.toLowerCase() })),
  ];
}

/**
 * Clients who are one person, by a handle attested for both or a person's word. Depends only on the set (law 2).
 * Several attested numbers (or addresses) mean several writers: that kind then joins the thread to nobody.
 */
export function joinedClients(
  clients: readonly string[],
  attested: readonly Attested[],
  confirmed: readonly Confirmed[],
): string[][] {
  const parent = new Map(clients.map((client) => [client, client]));
  const rootOf = (client: string): string => {
    const up = parent.get(client);
    return up === undefined || up === client ? client : rootOf(up);
  };
  const join = (a: string, b: string): void => {
    if (parent.has(a) && parent.has(b)) parent.set(rootOf(b), rootOf(a));
  };
  const shared = sharedHandles(attested);
  const ownerOf = new Map<string, string>();
  for (const { client, kind, value } of attested) {
    if (shared.has(kindOfClient(client, kind)) || !parent.has(client)) continue;
    const key = `${kind}:${value}`;
    join(ownerOf.get(key) ?? client, client);
    ownerOf.set(key, client);
  }
  for (const { a, b } of confirmed) join(a, b);
  return [...Map.groupBy(clients, rootOf).values()];
}

/** Clients with several handles of a kind, as {@link kindOfClient} names them. */
export function sharedHandles(attested: readonly Attested[]): Set<string> {
  const values = new Map<string, Set<string>>();
  for (const { client, kind, value } of attested) {
    const key = kindOfClient(client, kind);
    values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  return new Set([...values].filter(([, known]) => known.size > 1).map(([key]) => key));
}

export const kindOfClient = (client: string, kind: HandleKind): string => `${client} ${kind}`;

/** Case, ё and the order of words do not matter. null for one word: too many share a first name. */
export function nameKey(name: string | null): string | null {
  const words =
    normalized(name ?? '', 'NFKC')
      .toLowerCase()
      .replaceAll('ё', 'е')
      .match(/[\p{L}\p{M}'’-]{2,}/gu) ?? [];
  return words.length < 2 ? null : words.toSorted().join(' ');
}
