import {
  type ClockRules,
  decidePlan,
  type EpochMs,
  NOBODY_ASKED,
  planOf,
  type WaitRow,
} from '@otklik/domain';
import { sql } from 'kysely';
import { askedSoFar } from './askedSoFar.ts';
import { noticesToNewOwner, writeAudit } from './commands.ts';
import { saveNotices, wantEdits } from './notices.ts';
import { saveCorrections } from './record.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveWaits, WAIT_COLUMNS } from './waitRows.ts';

const PAGE = 500;

/**
 * Replans open waits by the rules in force (law 6): of another policy (changed while we were down, too), of an owner
 * who left, or without a due time before the end of their chain (silenced by an edit or an older version). Idempotent;
 * any process may run it.
 * @returns how many changed.
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
  const waits = await toPlan(tx, after, rules);
  const ids = waits.map(({ id }) => id);
  const asked = await askedSoFar(tx, ids);
  const decided = waits.flatMap(
    (wait) => decidePlan(wait, asked.get(wait.id) ?? NOBODY_ASKED, rules, now) ?? [],
  );
  const saved = decided.map(({ wait }) => wait);
  const shown = decided.flatMap(({ wait, isShown }) => (isShown ? [wait.id] : []));
  const notices = decided.flatMap(({ wait, isOwnerTold }) =>
    isOwnerTold ? noticesToNewOwner(wait, rules, now) : [],
  );
  for (const { wait, ownerLeft } of decided)
    if (ownerLeft !== null)
      await writeAudit(tx, {
        at: now,
        actor: 'otklik.yaml',
        action: 'owner_left',
        waitId: wait.id,
        details: { from: ownerLeft, to: wait.owner },
      });
  await saveWaits(tx, saved, now);
  await saveCorrections(
    tx,
    decided.flatMap(({ corrections }) => corrections),
    now,
  );
  await wantEdits(tx, shown, now);
  await saveNotices(tx, notices, now);
  await signal(tx, { about: 'waits', changes: shown.map((id) => ({ id, change: 'changed' })) });
  if (notices.length > 0) await signal(tx, { about: 'outbox' });
  const due = saved.flatMap(({ due_at }) => due_at ?? []);
  if (due.length > 0) await signal(tx, { about: 'due', at: Math.min(...due) });
  return { next: waits.length === PAGE ? (ids.at(-1) ?? null) : null, planned: shown.length };
}

/** Locks the next page of waits that may need another plan or owner. */
async function toPlan(tx: Db, after: string | null, rules: ClockRules): Promise<WaitRow[]> {
  const channels = [...rules.channels.keys()];
  const plans = channels.map((channel) => planOf(rules, channel));
  const { rows } = await sql<WaitRow>`
    select ${WAIT_COLUMNS} from waits w
    left join unnest(${channels}::text[], ${plans}::text[]) as planned (channel, plan) on planned.channel = w.channel
    where w.closed_at is null and w.voided_at is null and w.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and (w.due_at is null or w.plan is distinct from planned.plan or not w.owner = any(${[...rules.people.keys()]}::text[]))
    order by w.id limit ${PAGE} for update of w`.execute(tx);
  return rows;
}
