import { channelIn, dueSteps, type EpochMs, personInCharge, type Rules } from '@otklik/domain';
import { sql } from 'kysely';
import type { ClockRules } from './clockRules.ts';
import { noticesToNewOwner, writeAudit } from './commands.ts';
import { type NewNotice, saveNotices, wantEdits } from './notices.ts';
import { planOf } from './plans.ts';
import { type Correction, firstDue, openWaitOf, saveCorrections } from './record.ts';
import { askedSoFar, NOBODY_ASKED, type StepsSoFar, underPresentPolicy } from './replanned.ts';
import { signal } from './signals.ts';
import type { Db, Store } from './store.ts';
import { saveWaits, WAIT_COLUMNS, type WaitRow } from './waitRows.ts';

/** How many waits one transaction takes. */
const PAGE = 500;

/**
 * Brings the open waits under the rules that are in force (law 6): those that another policy planned, also while the program
 * was down; those whose owner has left; and those that nobody looks at any more though their chain has not ended, because an
 * edit or an older version silenced them. Every process may do it, and do it again.
 * @returns how many waits are another than before.
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
  const channels = [...rules.channels.keys()];
  const plans = channels.map((channel) => planOf(rules, channel));
  const { rows } = await sql<WaitRow>`
    select ${WAIT_COLUMNS} from waits w
    left join unnest(${channels}::text[], ${plans}::text[]) as planned (channel, plan) on planned.channel = w.channel
    where w.closed_at is null and w.voided_at is null and w.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and (w.due_at is null or w.plan is distinct from planned.plan or not w.owner = any(${[...rules.people.keys()]}::text[]))
    order by w.id limit ${PAGE} for update of w`.execute(tx);
  const asked = await askedSoFar(
    tx,
    rows.map(({ id }) => id),
  );
  const saved: WaitRow[] = [];
  const shown: string[] = [];
  const corrections: Correction[] = [];
  const notices: NewNotice[] = [];
  for (const wait of rows) {
    const before = asked.get(wait.id) ?? NOBODY_ASKED;
    const replanned = underPresentPolicy(wait, before, rules, now);
    const owned = ownedBySomebody(replanned.wait, rules, now);
    const { due_at } = owned;
    const isSilenced = due_at === null && isUnfinished(owned, rules, now);
    const after = isSilenced ? { ...owned, due_at: firstDue(owned, rules) } : owned;
    if (after === wait) continue;
    saved.push(after);
    corrections.push(...replanned.corrections);
    if (after.plan === wait.plan && after.owner === wait.owner && !isSilenced) continue;
    // A plan that was only written down changes nothing for anybody.
    if (wait.plan === null && after.owner === wait.owner && !isSilenced && after.policy_at === wait.policy_at)
      continue;
    shown.push(wait.id);
    if (after.owner === wait.owner) continue;
    await writeAudit(tx, {
      at: now,
      actor: 'otklik.yaml',
      action: 'owner_left',
      waitId: wait.id,
      details: { from: wait.owner, to: after.owner },
    });
    if (isAsked(before, wait.owner) && !isAsked(before, after.owner))
      notices.push(...noticesToNewOwner(after, rules, now));
  }
  await saveWaits(tx, saved, now);
  await saveCorrections(tx, corrections, now);
  await wantEdits(tx, shown, now);
  await saveNotices(tx, notices, now);
  await signal(tx, { about: 'waits', changes: shown.map((id) => ({ id, change: 'changed' })) });
  if (notices.length > 0) await signal(tx, { about: 'outbox' });
  const due = saved.flatMap(({ due_at }) => due_at ?? []);
  if (due.length > 0) await signal(tx, { about: 'due', at: Math.min(...due) });
  return { next: rows.length === PAGE ? (rows.at(-1)?.id ?? null) : null, planned: shown.length };
}

const isAsked = ({ asked }: StepsSoFar, person: string): boolean =>
  Object.values(asked).some((people) => (people[person] ?? 0) > 0);

/** Whoever left hands over to whom is asked now (law 6). */
function ownedBySomebody(wait: WaitRow, rules: Rules, now: EpochMs): WaitRow {
  if (rules.people.has(wait.owner)) return wait;
  const { person, why } = personInCharge(
    { owner: wait.owner, ownerWhy: wait.owner_why },
    channelIn(rules, wait.channel),
    rules.people,
    now,
  );
  return person === wait.owner ? wait : { ...wait, owner: person, owner_why: why };
}

/** Whether the chain of a wait would still do something, now or later. */
function isUnfinished(wait: WaitRow, rules: Rules, now: EpochMs): boolean {
  const channel = channelIn(rules, wait.channel);
  const due = dueSteps(openWaitOf(wait, channel), channel.policy, rules.calendar, rules.people, now);
  const passesMark = due.warned !== (wait.warned_at !== null) || due.breached !== (wait.breached_at !== null);
  return due.fire.length > 0 || due.nextDueAt !== null || passesMark;
}
