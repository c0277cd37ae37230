import { channelIn, dueSteps, type EpochMs } from '@otklik/domain';
import { sql } from 'kysely';
import type { ClockRules } from './clock.ts';
import { firstDue, openWaitOf } from './record.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveWaits, WAIT_COLUMNS, type WaitRow } from './waitRows.ts';

/** How many waits one transaction takes. */
const PAGE = 500;

/**
 * Plans open waits anew that nobody looks at any more though their chain has not ended: an edit of the configuration, or an older
 * version, has silenced them (law 6). Every process may do it, and do it again.
 * @returns how many were planned.
 */
export async function planAnew(store: Store, rules: ClockRules, now: EpochMs): Promise<number> {
  let planned = 0;
  let after: string | null = null;
  do {
    const page: { next: string | null; planned: number } = await store.db
      .transaction()
      .execute((tx) => planPage(tx, after, rules, now));
    planned += page.planned;
    after = page.next;
  } while (after !== null);
  return planned;
}

async function planPage(tx: Db, after: string | null, rules: ClockRules, now: EpochMs) {
  const { rows } = await sql<WaitRow>`
    select ${WAIT_COLUMNS} from waits w
    where w.closed_at is null and w.voided_at is null and w.due_at is null
      and w.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by w.id limit ${PAGE} for update`.execute(tx);
  const planned = rows.flatMap((wait) =>
    isUnfinished(wait, rules, now) ? [{ ...wait, due_at: firstDue(wait, rules) }] : [],
  );
  await saveWaits(tx, planned, now);
  const due = planned.flatMap(({ due_at }) => due_at ?? []);
  if (due.length > 0) await signal(tx, { about: 'due', at: Math.min(...due) });
  return { next: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null, planned: planned.length };
}

/** Whether the chain of a wait would still do something, now or later. */
function isUnfinished(wait: WaitRow, rules: ClockRules, now: EpochMs): boolean {
  const channel = channelIn(rules, wait.channel);
  const due = dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, now);
  const passesMark = due.warned !== (wait.warned_at !== null) || due.breached !== (wait.breached_at !== null);
  return due.fire.length > 0 || due.nextDueAt !== null || passesMark;
}
