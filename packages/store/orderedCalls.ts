import { randomUUID } from 'node:crypto';
import { type Call, type EpochMs, type Event, MINUTE, SECOND } from '@otklik/domain';
import { sql } from 'kysely';
import { iso, rowsOf } from './rows.ts';
import type { Db } from './store.ts';

/** A call-back to a number that the client only typed. */
interface OrderedCall {
  readonly channel: string;
  readonly thread: string;
  readonly via: string;
  readonly number: string;
  readonly by: string;
}

export async function saveOrderedCall(tx: Db, order: OrderedCall, now: EpochMs): Promise<void> {
  const { channel, thread, via, number, by } = order;
  await sql`
    insert into ordered_calls (id, channel, thread, via, number, by, at)
    values (${randomUUID()}, ${channel}, ${thread}, ${via}, ${number}, ${by}, ${iso(now)})`.execute(tx);
}

const DIALLED_WITHIN = 2 * MINUTE;
/** The exchange's clock may be off. */
const CLOCK_OFF = 5 * SECOND;

/**
 * Repeats ordered calls in the threads that ordered them. A typed number joins nobody, so the exchange's call belongs
 * to whoever has it; yet the talk answers this client.
 */
export async function toldWhereOrdered(tx: Db, events: readonly Event[]): Promise<Call[]> {
  const phases = events.flatMap((event) =>
    event.kind === 'call' && event.call.direction === 'out' ? [event] : [],
  );
  if (phases.length === 0) return [];
  const calls = [...Map.groupBy(phases, ({ channel, call }) => `${channel}\n${call.id}`).values()].flatMap(
    (told) =>
      told.slice(0, 1).map(({ channel, call, thread }) => ({
        via: channel,
        call: call.id,
        number: thread,
        began: iso(Math.min(...told.map((phase) => phase.at - phase.call.talkSeconds * SECOND))),
      })),
  );
  const given = rowsOf(calls, 'via text, call text, number text, began timestamptz');
  await sql`
    update ordered_calls o set call_id = found.call from (
      select distinct on (given.via, given.call) given.call, each.id from ${given}
      join ordered_calls each on each.via = given.via and each.number = given.number and each.call_id is null
        and each.at between given.began - ${DIALLED_WITHIN} * interval '1 ms' and given.began + ${CLOCK_OFF} * interval '1 ms'
      where not exists (select from ordered_calls has where has.via = given.via and has.call_id = given.call)
      order by given.via, given.call, each.at desc) found
    where o.id = found.id`.execute(tx);
  const { rows } = await sql<OrderedCall & { call: string }>`
    select o.channel, o.thread, o.via, o.number, o.by, o.call_id as call from ${given}
    join ordered_calls o on o.via = given.via and o.call_id = given.call`.execute(tx);
  return rows.flatMap((order) =>
    phases
      .filter(({ channel, call }) => channel === order.via && call.id === order.call)
      .map((phase) => inThreadOf(order, phase)),
  );
}

const inThreadOf = ({ channel, thread, by }: OrderedCall, phase: Call): Call => ({
  ...phase,
  channel,
  thread,
  id: `${phase.channel}/${phase.id}`,
  side: phase.side === 'bot' ? 'bot' : 'employee',
  author: { id: by, name: null, phone: null, email: null },
  call: { ...phase.call, id: `${phase.channel}/${phase.call.id}` },
  link: null,
});
