import { createHash, randomInt } from 'node:crypto';
import {
  type DeadEnd,
  type EpochMs,
  type Locale,
  MINUTE,
  type PeopleById,
  type PersonalTransport,
} from '@otklik/domain';
import { sql } from 'kysely';
import { writeAudit } from './commands.ts';
import { follow } from './follow.ts';
import { latestOf } from './latestOf.ts';
import { addressOf } from './reach.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** Set by the person, beside the configuration. */
interface PersonState {
  readonly person: string;
  readonly telegram: number | null;
  readonly away_from: EpochMs | null;
  readonly away_until: EpochMs | null;
  readonly locale: Locale | null;
}

/** «Я отошёл»: deputies are asked until then. A second call starts anew. */
export async function stepOut(
  store: Store,
  person: string,
  by: string,
  until: EpochMs,
  now: EpochMs,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`
      insert into person_states (person, away_from, away_until) values (${person}, ${iso(now)}, ${iso(until)})
      on conflict (person) do update set away_from = excluded.away_from, away_until = excluded.away_until, changed_at = now()`.execute(
      tx,
    );
    await writeAudit(tx, { at: now, actor: by, action: 'away', details: { person, until: iso(until) } });
    await signal(tx, { about: 'people' });
  });
}

/** «Я на месте». */
export async function comeBack(store: Store, person: string, by: string, now: EpochMs): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`update person_states set away_from = null, away_until = null, changed_at = now() where person = ${person}`.execute(
      tx,
    );
    await writeAudit(tx, { at: now, actor: by, action: 'back', details: { person } });
    await signal(tx, { about: 'people' });
  });
}

/** Overrides the configuration. */
export async function chooseLocale(
  store: Store,
  person: string,
  locale: Locale,
  now: EpochMs,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await sql`
      insert into person_states (person, locale) values (${person}, ${locale})
      on conflict (person) do update set locale = excluded.locale, changed_at = now()`.execute(tx);
    await writeAudit(tx, { at: now, actor: person, action: 'language', details: { locale } });
    await signal(tx, { about: 'people' });
  });
}

const CODE_LIFE = 15 * MINUTE;
const digest = (code: string): string => createHash('sha256').update(code).digest('base64url');

/**
 * A one-time code of 15 minutes: links the person to the Telegram account that sends it to the bot. Replaces earlier
 * ones.
 */
export async function createLinkCode(
  store: Store,
  person: string,
  by: string,
  now: EpochMs,
): Promise<{ code: string; expiresAt: EpochMs }> {
  const code = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const expiresAt = now + CODE_LIFE;
  await store.db.transaction().execute(async (tx) => {
    await sql`delete from link_codes where person = ${person} or expires_at < ${iso(now)}`.execute(tx);
    await sql`insert into link_codes (hash, person, expires_at) values (${digest(code)}, ${person}, ${iso(expiresAt)})`.execute(
      tx,
    );
    await writeAudit(tx, { at: now, actor: by, action: 'link_code', details: { person } });
  });
  return { code, expiresAt };
}

/** Without letters that look or sound alike. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Links the account. Returns the person; null if the code is wrong, old or used. */
export async function useLinkCode(
  store: Store,
  code: string,
  telegram: number,
  now: EpochMs,
): Promise<string | null> {
  return store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ person: string }>`
      delete from link_codes where hash = ${digest(code.toUpperCase())} and expires_at >= ${iso(now)} returning person`.execute(
      tx,
    );
    const person = rows[0]?.person;
    if (person === undefined) return null;
    // An account belongs to the last person who linked it.
    await sql`update person_states set telegram = null where telegram = ${telegram}`.execute(tx);
    await sql`
      insert into person_states (person, telegram) values (${person}, ${telegram})
      on conflict (person) do update set telegram = excluded.telegram, changed_at = now()`.execute(tx);
    await writeAudit(tx, { at: now, actor: person, action: 'linked_telegram' });
    await signal(tx, { about: 'people' });
    return person;
  });
}

export type ClosedTransports = ReadonlyMap<
  PersonalTransport,
  { readonly problem: string; readonly since: EpochMs }
>;

/** Configured people with what is known of them: away, linked Telegram, dead ends. */
export interface LivePeople {
  of(configured: PeopleById): PeopleById;
  closed(): ClosedTransports;
  /** So that the caller sees its own change. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Follows people's state; calls `changed` after each change. */
export async function followPeople(
  store: Store,
  on: { changed(): void; error(error: Error): void },
): Promise<LivePeople> {
  let known: Known = { states: [], deadEnds: [], closed: [] };
  let merged: { from: PeopleById; people: PeopleById } | null = null;
  const apply = (read: Known): void => {
    if (JSON.stringify(read) === JSON.stringify(known)) return;
    known = read;
    merged = null;
    on.changed();
  };
  const refresh = latestOf(() => readKnown(store), apply);
  await refresh();
  const following = await follow(store, 'people', refresh, on.error);
  return {
    of: (configured) => {
      if (merged?.from !== configured) merged = { from: configured, people: withStates(configured, known) };
      return merged.people;
    },
    closed: () => new Map(known.closed.map(({ transport, ...why }) => [transport, why])),
    refresh,
    close: following.close,
  };
}

interface Known {
  readonly states: readonly PersonState[];
  readonly deadEnds: readonly (DeadEnd & { readonly person: string; readonly address: string })[];
  readonly closed: readonly {
    readonly transport: PersonalTransport;
    readonly problem: string;
    readonly since: EpochMs;
  }[];
}

async function readKnown({ db }: Store): Promise<Known> {
  const { rows } = await sql<Known>`
    select
      (select coalesce(json_agg(s order by s.person), '[]') from (
        select person, telegram, locale, ${msOf('away_from')} as away_from, ${msOf('away_until')} as away_until from person_states) s) as states,
      (select coalesce(json_agg(d order by d.person, d.transport), '[]') from (
        select person, transport, address, problem, ${msOf('since')} as since from dead_ends) d) as "deadEnds",
      (select coalesce(json_agg(c order by c.transport), '[]') from (
        select transport, problem, ${msOf('since')} as since from closed_transports) c) as closed`.execute(
    db,
  );
  return rows[0] ?? { states: [], deadEnds: [], closed: [] };
}

/** Epoch ms, as JSON has no timestamps. */
const msOf = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

function withStates(configured: PeopleById, { states, deadEnds }: Known): PeopleById {
  const people = new Map(configured);
  for (const { person: id, telegram, locale, away_from: from, away_until: until } of states) {
    const person = people.get(id);
    if (!person) continue;
    people.set(id, {
      ...person,
      telegram: telegram ?? person.telegram,
      locale: locale ?? person.locale,
      steppedOut: from !== null && until !== null ? { from, until } : null,
    });
  }
  for (const { person: id, address, ...deadEnd } of deadEnds) {
    const person = people.get(id);
    // A dead end of a former address does not count.
    if (person && addressOf(person, deadEnd.transport) === address)
      people.set(id, { ...person, deadEnds: [...person.deadEnds, deadEnd] });
  }
  return people;
}
