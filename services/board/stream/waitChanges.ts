import { type WaitChange, waitsById } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { presentWait } from '../present.ts';
import type { Readers, ReadersDeps } from './readers.ts';

export interface WaitChanges {
  add(changes: readonly { readonly id: string; readonly change: WaitChange }[]): void;
  sent(): Promise<void>;
}

/** Sends changes of waits. Each wait is read once for all readers. */
export function createWaitChanges(readers: Readers, deps: ReadersDeps & { readonly log: Log }): WaitChanges {
  const pending = new Map<string, WaitChange[]>();
  let sending: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    const changes = new Map(pending);
    pending.clear();
    if (changes.size === 0 || readers.isEmpty()) return;
    let pastChanged = false;
    for (const wait of await waitsById(deps.store, [...changes.keys()])) {
      if (wait.history) {
        pastChanged = true;
        continue;
      }
      const present = presentWait(wait, deps.config(), deps.now());
      // Without a closing time the wait of a channel test leaves the board, but is not listed as closed.
      const shown = wait.test ? { ...present, closed_at: null } : present;
      for (const change of changes.get(wait.id) ?? []) {
        // So does a wait that turned out to be part of another.
        readers.write(`wait.${wait.voided_at !== null ? 'closed' : change}`, shown, wait);
      }
    }
    // History comes by the thousand and alarms nobody: whoever shows it reads the list again.
    if (pastChanged) readers.write('history.changed', {}, null);
  };

  return {
    add(changes) {
      for (const { id, change } of changes) pending.set(id, [...(pending.get(id) ?? []), change]);
      sending = sending
        .then(send)
        .catch((error) => deps.log.error({ err: error }, 'the live stream could not be sent'));
    },
    sent: () => sending,
  };
}
