import type { Delivery, StaffUpdate } from '@otklik/channels';
import { SECOND } from '@otklik/domain';
import type { JobQueue } from '@otklik/queue';
import type { Metrics } from '@otklik/telemetry';
import type { EventWriter, Kept } from './writer.ts';

/** Keeps a delivery: resolves when all of it is durable. */
export type Taken = (delivery: Delivery) => Promise<Kept>;

export function createTake(world: {
  writer: EventWriter;
  staff: Pick<JobQueue<StaffUpdate>, 'add'>;
  metrics: Metrics;
}): Taken {
  return async ({ events, staff }) => {
    const kept = events.length > 0 ? await world.writer.write(events) : { accepted: 0, duplicates: 0 };
    for (const update of staff) await world.staff.add(update);
    for (const event of events) {
      world.metrics.eventsReceived.inc({ channel: event.channel, kind: event.kind, side: event.side });
      world.metrics.ingestLag.observe({ channel: event.channel }, (event.receivedAt - event.at) / SECOND);
    }
    return kept;
  };
}
