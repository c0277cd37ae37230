import type { Delivery, FromStaff } from '@otklik/channels';
import { asReceived, neverBack, SECOND } from '@otklik/domain';
import type { JobQueue } from '@otklik/queue';
import type { Metrics } from '@otklik/telemetry';
import type { EventWriter, Kept } from './writer.ts';

const NOTHING: Kept = { accepted: 0, duplicates: 0, fresh: [] };

/** Accepts a delivery: resolves when all of it is durable (law 8). A test (`channel test`) is kept like any other, but not counted. */
export type Accept = (delivery: Delivery, options?: { readonly isTest?: boolean }) => Promise<Kept>;

export function createAccept(deps: {
  writer: EventWriter;
  staff: Pick<JobQueue<FromStaff>, 'add'>;
  metrics: Metrics;
}): Accept {
  let lastReceivedAt = 0;
  return async ({ events, staff }, { isTest = false } = {}) => {
    const received = neverBack(asReceived(events), lastReceivedAt);
    for (const { receivedAt } of received) lastReceivedAt = Math.max(lastReceivedAt, receivedAt);
    const kept = received.length > 0 ? await deps.writer.write(received) : NOTHING;
    for (const update of staff) await deps.staff.add(update);
    // Lists are read with an overlap: a known event is neither received anew nor late.
    for (const event of isTest ? [] : kept.fresh) {
      deps.metrics.eventsReceived.inc({ channel: event.channel, kind: event.kind, side: event.side });
      deps.metrics.ingestLag.observe({ channel: event.channel }, (event.receivedAt - event.at) / SECOND);
    }
    return kept;
  };
}
