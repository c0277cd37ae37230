import { createHash, randomInt } from 'node:crypto';
import { type EpochMs, MINUTE, type PeopleById } from '@otklik/domain';
import { sql } from 'kysely';
import { writeAudit } from './commands.ts';
import { iso } from './rows.ts';
import { listen, signal } from './signals.ts';
import type { Store } from './store.ts';

/** What a person says of themselves beside the configuration. */
interface PersonState {
  readonly person: string;
  readonly telegram: number | null;
  readonly away_from: EpochMs | null;
  readonly away_until: EpochMs | null;
}

/** «Я отошёл»: until then the deputies are asked. Said again it begins anew. */
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

const CODE_LIFE = 15 * MINUTE;
const digest = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** A code that links this person to the Telegram account that sends it to the bot. One at a time, for a quarter of an hour. */
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

/** Without those that are mistaken for each other when read aloud. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Whom the code belongs to, now linked to this account; null for a code that is wrong, old or used. */
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
    // An account is one person's: whoever links it last has it.
    await sql`update person_states set telegram = null where telegram = ${telegram}`.execute(tx);
    await sql`
      insert into person_states (person, telegram) values (${person}, ${telegram})
      on conflict (person) do update set telegram = excluded.telegram, changed_at = now()`.execute(tx);
    await writeAudit(tx, { at: now, actor: person, action: 'linked_telegram' });
    await signal(tx, { about: 'people' });
    return person;
  });
}

/** The people of the configuration as they are now: who has stepped out, and the Telegram accounts that they linked. */
export interface LivePeople {
  of(configured: PeopleById): PeopleById;
  /** Reads them again; whoever has just changed something sees it. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Nobody may have told us: the table is asked this often. */
const LOOK_EVERY_MS = 2_000;

/** Follows what people say of themselves, in every process. `changed` is called after each change. */
export async function followPeople(
  store: Store,
  on: { changed(): void; error(error: Error): void },
): Promise<LivePeople> {
  let states: readonly PersonState[] = [];
  let merged: { from: PeopleById; people: PeopleById } | null = null;
  const refresh = async () => {
    const { rows } = await sql<PersonState>`
      select person, telegram, away_from, away_until from person_states order by person`.execute(store.db);
    if (JSON.stringify(rows) === JSON.stringify(states)) return;
    states = rows;
    merged = null;
    on.changed();
  };
  const look = () => void refresh().catch(on.error);
  await refresh();
  const listening = await listen(store, {
    signal: ({ about }) => about === 'people' && look(),
    gap: look,
    error: on.error,
  });
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    of: (configured) => {
      if (merged?.from !== configured) merged = { from: configured, people: withStates(configured, states) };
      return merged.people;
    },
    refresh,
    close: async () => {
      clearInterval(timer);
      await listening.close();
    },
  };
}

function withStates(configured: PeopleById, states: readonly PersonState[]): PeopleById {
  const people = new Map(configured);
  for (const { person: id, telegram, away_from: from, away_until: until } of states) {
    const person = people.get(id);
    if (!person) continue;
    people.set(id, {
      ...person,
      telegram: telegram ?? person.telegram,
      steppedOut: from !== null && until !== null ? { from, until } : null,
    });
  }
  return people;
}
