import {
  type ClockRules,
  canReach,
  channelIn,
  type EpochMs,
  firstDue,
  goesBack,
  SECOND,
  whyDeaf,
} from '@otklik/domain';
import { sql } from 'kysely';
import { mayBeAnswered } from './clock.ts';
import { lockWithClient, noticesToNewOwner, saveAndTell, withoutLease, writeAudit } from './commands.ts';
import { tellHandOverByMail } from './mailEnds.ts';
import { saveNotices } from './notices.ts';
import { passOver } from './reach.ts';
import { iso } from './rows.ts';
import { signal } from './signals.ts';
import type { Store } from './store.ts';

/** After an outage, presses are read before anything goes back. */
const HEARD_WITHIN_MS = 10 * SECOND;
const MOST_RETURNED = 200;

/**
 * Returns untaken hand-overs to the former owner, who (or whose stand-in) is told at once; the chain keeps its times.
 * Skips waits whose answer may be unread or unrecorded (law 7). Gives the returned waits.
 */
export async function returnUntaken(
  store: Store,
  rules: ClockRules,
  look: {
    readonly now: EpochMs;
    /** Since when presses could be read without a break. */
    readonly ableSince: EpochMs;
    readonly unread: readonly string[];
    readonly unrecorded: readonly string[];
  },
): Promise<string[]> {
  const { now, ableSince, unread, unrecorded } = look;
  if (now - ableSince < HEARD_WITHIN_MS) return [];
  const { rows } = await sql<{ wait_id: string }>`
    select h.wait_id from hand_overs h join waits w on w.id = h.wait_id
    where h.state = 'pending' and h.until <= ${iso(now)} and not ${mayBeAnswered(unread, unrecorded)}
    order by h.until limit ${MOST_RETURNED}`.execute(store.db);
  const returned: string[] = [];
  for (const { wait_id } of rows) if (await giveBack(store, rules, wait_id, now)) returned.push(wait_id);
  if (returned.length > 0) await signal(store.db, { about: 'outbox' });
  return returned;
}

async function giveBack(store: Store, rules: ClockRules, waitId: string, now: EpochMs): Promise<boolean> {
  return store.db.transaction().execute(async (tx) => {
    const wait = await lockWithClient(tx, waitId);
    const { rows } = await sql<{ id: number; from: string; to: string }>`
      select id, from_person as from, to_person as to from hand_overs
      where wait_id = ${waitId} and state = 'pending' and until <= ${iso(now)} for update`.execute(tx);
    const [handed] = rows;
    if (!handed) return false; // taken meanwhile
    const isTheirs = wait !== null && wait.closed_at === null && wait.voided_at === null;
    const back =
      isTheirs && wait.owner === handed.to
        ? goesBack(handed, channelIn(rules, wait.channel), rules.people, now)
        : null;
    await sql`update hand_overs set state = ${back === null ? 'over' : 'returned'} where id = ${handed.id}`.execute(
      tx,
    );
    if (wait === null || back === null) return false;
    const theirs = { ...withoutLease(wait, now), owner: back.owner, owner_why: 'handed_back' as const };
    const after = { ...theirs, due_at: firstDue(theirs, rules) };
    await saveAndTell(tx, after, now);
    await saveNotices(tx, noticesToNewOwner(after, rules, now, back.told), now);
    await tellHandOverByMail(tx, after, back.told, rules, now);
    await writeAudit(tx, {
      at: now,
      actor: 'otklik',
      action: 'hand_back',
      waitId,
      details: { from: handed.to, to: back.owner },
    });
    if (!canReach(rules, back.told)) {
      const stage = now >= wait.breach_at ? 'breached' : 'warned';
      const telling = { waitId, step: null, stage, due_at: now, late_reason: null } as const;
      await passOver(tx, rules, after, telling, { person: back.told, why: whyDeaf(rules, back.told) }, now);
    }
    return true;
  });
}
