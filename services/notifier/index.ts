import { retryingNotices } from '@otklik/store';
import type { NotifierDeps } from './notifierDeps.ts';
import { startOutgoing } from './outgoing.ts';
import { measureReach } from './reaching.ts';
import { startStaffUpdates } from './staffUpdates.ts';
import { botOf } from './telegram/botOf.ts';

export { type Checked, checkPeople, probeTransports } from './checkPeople.ts';

export interface Notifier {
  /** Each question fails while it is missing. */
  readonly needs: Readonly<Record<string, () => Promise<unknown>>>;
  close(): Promise<void>;
}

/** Sends what is due, edits sent pings, passes answers on, and carries out what people press and write. */
export async function startNotifier(deps: NotifierDeps): Promise<Notifier> {
  const api = botOf(deps.config);
  const outgoing = await startOutgoing(deps, api);
  const staff = startStaffUpdates(deps, api);
  measureReach(deps);
  measureRetrying(deps);
  return {
    needs: { [deps.queue.kind === 'redis' ? 'redis' : 'queue']: staff.ask },
    close: async () => {
      await staff.close();
      await outgoing.close();
    },
  };
}

function measureRetrying({ store, metrics, log }: NotifierDeps): void {
  metrics.beforeReading(
    async () => {
      const waiting = await retryingNotices(store);
      metrics.noticesRetrying.reset();
      for (const { transport, notices } of waiting) metrics.noticesRetrying.set({ transport }, notices);
    },
    (error) => log.debug({ err: error }, 'metrics keep their last values'),
  );
}
