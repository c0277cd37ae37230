import { createHash, randomBytes } from 'node:crypto';
import { DAY, type DurationMs, type EpochMs, HOUR } from '@otklik/domain';
import { sql } from 'kysely';
import { writeAudit } from './commands.ts';
import { iso, isoOrNull } from './rows.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';

export type AccessRole = 'admin' | 'head' | 'owner' | 'ops';

/** `person`: set if the access is somebody's own. */
export interface Access {
  readonly role: AccessRole;
  readonly person: string | null;
  readonly name: string | null;
}

export type AccessKind = 'bearer' | 'session' | 'link';

/** Its id is no secret. */
export interface KnownAccess extends Access {
  readonly id: number;
}

/** Unused (`idle`), and at all (`max`). */
export interface SessionLimits {
  readonly idle: DurationMs;
  readonly max: DurationMs;
}

/** Only digests are stored, so that reading the table lets nobody sign in. */
const digest = (token: string) => createHash('sha256').update(token).digest('base64url');

const KNOWN = sql.raw('id, role, person, name');

/** Returns the token, which is not stored. `by`: for the audit log. */
export async function createAccess(
  store: Store,
  kind: AccessKind,
  access: Access,
  expiresAt: EpochMs | null,
  { by = null, now = Date.now() }: { by?: string | null; now?: EpochMs } = {},
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<KnownAccess>`
      insert into access_tokens (hash, kind, role, person, name, created_at, last_used_at, expires_at)
      values (${digest(token)}, ${kind}, ${access.role}, ${access.person}, ${access.name}, ${iso(now)},
        ${kind === 'session' ? iso(now) : null}, ${isoOrNull(expiresAt)})
      returning ${KNOWN}`.execute(tx);
    if (by !== null)
      for (const made of rows)
        await writeAudit(tx, { at: now, actor: by, action: `${kind}_created`, details: detailsOf(made) });
  });
  return token;
}

const detailsOf = ({ id, role, person, name }: KnownAccess) => ({
  id,
  role,
  ...(person !== null && { person }),
  ...(name !== null && { name }),
});

const isAlive = (now: EpochMs, { idle, max }: SessionLimits) => sql<boolean>`(
  (expires_at is null or expires_at > ${iso(now)})
  and (kind <> 'session' or (created_at > ${iso(now - max)} and coalesce(last_used_at, created_at) > ${iso(now - idle)})))`;

/** How often a use is recorded at most. */
const grain = ({ idle }: SessionLimits): DurationMs => Math.min(HOUR, idle / 20);

async function noteUse(db: Db, ids: readonly number[], now: EpochMs, limits: SessionLimits): Promise<void> {
  await sql`
    update access_tokens set last_used_at = ${iso(now)}
    where id = any(${ids}::bigint[]) and (last_used_at is null or last_used_at <= ${iso(now - grain(limits))})`.execute(
    db,
  );
}

/** The valid access of a token or session. Counts as a use. */
export async function findAccess(
  store: Store,
  kind: 'bearer' | 'session',
  token: string,
  now: EpochMs,
  limits: SessionLimits,
): Promise<KnownAccess | null> {
  const { rows } = await sql<KnownAccess & { last_used_at: EpochMs | null }>`
    select ${KNOWN}, last_used_at from access_tokens
    where hash = ${digest(token)} and kind = ${kind} and ${isAlive(now, limits)}`.execute(store.db);
  const [found] = rows;
  if (!found) return null;
  const { last_used_at: usedAt, ...access } = found;
  if (usedAt === null || usedAt <= now - grain(limits)) await noteUse(store.db, [access.id], now, limits);
  return access;
}

/** Those still valid. Counts as a use: an open board keeps its session. */
export async function livingAccess(
  store: Store,
  ids: readonly number[],
  now: EpochMs,
  limits: SessionLimits,
): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from access_tokens where id = any(${ids}::bigint[]) and ${isAlive(now, limits)}`.execute(
    store.db,
  );
  const living = rows.map(({ id }) => id);
  await noteUse(store.db, living, now, limits);
  return new Set(living);
}

/** Looking does not use a link up. */
export type LinkState =
  | { readonly state: 'ready'; readonly access: Access }
  | { readonly state: 'used'; readonly access: Access; readonly usedAt: EpochMs }
  | { readonly state: 'expired'; readonly access: Access }
  | { readonly state: 'unknown' };

export async function lookAtLink(store: Store, token: string, now: EpochMs): Promise<LinkState> {
  const { rows } = await sql<Access & { used_at: EpochMs | null; expires_at: EpochMs | null }>`
    select role, person, name, used_at, expires_at from access_tokens
    where hash = ${digest(token)} and kind = 'link'`.execute(store.db);
  const [found] = rows;
  if (!found) return { state: 'unknown' };
  const { used_at: usedAt, expires_at: expiresAt, ...access } = found;
  if (usedAt !== null) return { state: 'used', access, usedAt };
  return { state: expiresAt === null || expiresAt > now ? 'ready' : 'expired', access };
}

/** Uses up a one-time link: only the first caller gets in. */
export async function useLink(store: Store, token: string, now: EpochMs): Promise<Access | null> {
  const found = await sql<Access>`
    update access_tokens set used_at = ${iso(now)}
    where hash = ${digest(token)} and kind = 'link' and used_at is null and (expires_at is null or expires_at > ${iso(now)})
    returning role, person, name`.execute(store.db);
  return found.rows[0] ?? null;
}

/** A row of `token list` and `session list`. */
export interface ListedAccess extends KnownAccess {
  readonly created_at: EpochMs;
  readonly last_used_at: EpochMs | null;
  readonly expires_at: EpochMs | null;
}

/** Valid accesses, oldest first. */
export async function listAccess(
  store: Store,
  kind: 'bearer' | 'session',
  now: EpochMs,
  limits: SessionLimits,
): Promise<readonly ListedAccess[]> {
  const { rows } = await sql<ListedAccess>`
    select ${KNOWN}, created_at, last_used_at, expires_at from access_tokens
    where kind = ${kind} and ${isAlive(now, limits)} order by id`.execute(store.db);
  return rows;
}

export type Revoked = { readonly id: number } | { readonly person: string };

/** Ends tokens or sessions, and their open streams. Returns what ended. */
export async function revokeAccess(
  store: Store,
  kind: 'bearer' | 'session',
  which: Revoked,
  by: string,
  now: EpochMs,
): Promise<readonly KnownAccess[]> {
  return store.db.transaction().execute(async (tx) => {
    const those = 'id' in which ? sql`id = ${which.id}` : sql`person = ${which.person}`;
    const { rows } = await sql<KnownAccess>`
      delete from access_tokens where kind = ${kind} and ${those} returning ${KNOWN}`.execute(tx);
    for (const ended of rows)
      await writeAudit(tx, { at: now, actor: by, action: `${kind}_revoked`, details: detailsOf(ended) });
    if (rows.length > 0) await signal(tx, { about: 'access' });
    return rows;
  });
}

export async function endSession(store: Store, token: string, now: EpochMs): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<KnownAccess>`
      delete from access_tokens where hash = ${digest(token)} and kind = 'session' returning ${KNOWN}`.execute(
      tx,
    );
    for (const ended of rows)
      await writeAudit(tx, { at: now, actor: actorOf(ended), action: 'sign_out', details: { id: ended.id } });
    if (rows.length > 0) await signal(tx, { about: 'access' });
  });
}

/** The name in the audit log. */
export const actorOf = ({ person, name, role }: Access): string => person ?? name ?? role;

/**
 * Ends the sessions and unused sign-in links of whoever asks, not tokens, which scripts use. Returns the number of
 * sessions.
 */
export async function endSessionsOf(store: Store, access: Access, now: EpochMs): Promise<number> {
  return store.db.transaction().execute(async (tx) => {
    // Without a person only name and role tell accesses apart.
    const theirs =
      access.person !== null
        ? sql`person = ${access.person}`
        : sql`person is null and role = ${access.role} and name is not distinct from ${access.name}`;
    const { rows } = await sql<{ kind: AccessKind }>`
      delete from access_tokens
      where (kind = 'session' or (kind = 'link' and used_at is null)) and ${theirs} returning kind`.execute(
      tx,
    );
    const sessions = rows.filter(({ kind }) => kind === 'session').length;
    await writeAudit(tx, {
      at: now,
      actor: actorOf(access),
      action: 'sign_out_everywhere',
      details: { sessions },
    });
    await signal(tx, { about: 'access' });
    return sessions;
  });
}

/** A slip in the configuration costs nobody their session before this. */
const GONE_FOR_GOOD: DurationMs = DAY;

/**
 * Deletes tokens, sessions, links and linked Telegram accounts of people gone from the configuration, so that a later
 * colleague with the same id does not inherit them. Deletes expired sessions too.
 */
export async function endOfTheGone(
  store: Store,
  people: Iterable<string>,
  now: EpochMs,
  limits: SessionLimits,
): Promise<void> {
  const known = [...people];
  await store.db.transaction().execute(async (tx) => {
    for (const table of ['access_tokens', 'person_states']) {
      const rows = sql.table(table);
      await sql`update ${rows} set gone_at = null where gone_at is not null and person = any(${known}::text[])`.execute(
        tx,
      );
      await sql`update ${rows} set gone_at = ${iso(now)} where gone_at is null and person <> all(${known}::text[])`.execute(
        tx,
      );
    }
    const { rows } = await sql<KnownAccess & { kind: AccessKind }>`
      delete from access_tokens where gone_at <= ${iso(now - GONE_FOR_GOOD)} returning kind, ${KNOWN}`.execute(
      tx,
    );
    for (const { kind, ...ended } of rows)
      await writeAudit(tx, {
        at: now,
        actor: 'otklik',
        action: `${kind}_ended`,
        details: { ...detailsOf(ended), why: 'left the configuration' },
      });
    await sql`delete from person_states where gone_at <= ${iso(now - GONE_FOR_GOOD)}`.execute(tx);
    await sql`delete from access_tokens where kind = 'session' and not ${isAlive(now, limits)}`.execute(tx);
  });
}

/** Until somebody has signed in, each start prints a link. */
export async function hasSignedIn(store: Store): Promise<boolean> {
  const found =
    await sql`select 1 from access_tokens where kind = 'session' or (kind = 'link' and used_at is not null) limit 1`.execute(
      store.db,
    );
  return found.rows.length > 0;
}
