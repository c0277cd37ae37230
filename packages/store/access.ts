import { createHash, randomBytes } from 'node:crypto';
import type { EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import { iso, isoOrNull } from './rows.ts';
import type { Store } from './store.ts';

export type AccessRole = 'admin' | 'head' | 'owner' | 'ops';

/** Who is asking. `person` is a person's id where the access is somebody's own. */
export interface Access {
  readonly role: AccessRole;
  readonly person: string | null;
  readonly name: string | null;
}

type Kind = 'bearer' | 'session' | 'link';

/** Only digests are kept: who reads the table cannot sign in with it. */
const digest = (token: string) => createHash('sha256').update(token).digest('base64url');

export async function createAccess(
  store: Store,
  kind: Kind,
  access: Access,
  expiresAt: EpochMs | null,
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await sql`
    insert into access_tokens (hash, kind, role, person, name, expires_at)
    values (${digest(token)}, ${kind}, ${access.role}, ${access.person}, ${access.name}, ${isoOrNull(expiresAt)})`.execute(
    store.db,
  );
  return token;
}

export async function findAccess(
  store: Store,
  kind: Kind,
  token: string,
  now: EpochMs,
): Promise<Access | null> {
  const found = await sql<Access>`
    select role, person, name from access_tokens
    where hash = ${digest(token)} and kind = ${kind} and (expires_at is null or expires_at > ${iso(now)})`.execute(
    store.db,
  );
  return found.rows[0] ?? null;
}

/** Opens a one-time link: the first who comes gets in, nobody after them. */
export async function useLink(store: Store, token: string, now: EpochMs): Promise<Access | null> {
  const found = await sql<Access>`
    update access_tokens set used_at = ${iso(now)}
    where hash = ${digest(token)} and kind = 'link' and used_at is null and (expires_at is null or expires_at > ${iso(now)})
    returning role, person, name`.execute(store.db);
  return found.rows[0] ?? null;
}

export async function endSession(store: Store, token: string): Promise<void> {
  await sql`delete from access_tokens where hash = ${digest(token)} and kind = 'session'`.execute(store.db);
}

/** Whether anybody has ever signed in. Before that, each start prints a link. */
export async function hasSignedIn(store: Store): Promise<boolean> {
  const found =
    await sql`select 1 from access_tokens where kind = 'session' or (kind = 'link' and used_at is not null) limit 1`.execute(
      store.db,
    );
  return found.rows.length > 0;
}
