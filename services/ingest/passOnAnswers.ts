import {
  type Edited,
  type Feed,
  fetchStaffFile,
  type Listener,
  type Sent,
  type StaffFile,
} from '@otklik/channels';
import type { Config } from '@otklik/config';
import { claimAsked, type ListenerAsk, listen, type Store, settleAsked } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { startLoop } from '@otklik/timing';

/** A hint that was lost costs no more than this. */
const LOOK_EVERY_MS = 1_000;

/**
 * Sends what other processes have for clients through the listener's connection; resolves when the listener ends. A
 * send that was under way when a process died may have gone out: the listener gets it again, with the same id.
 */
export async function passOnAnswers(
  { channel }: Pick<Feed, 'channel'>,
  listener: Listener,
  { store, log, config }: { store: Store; log: Log; config(): Config },
): Promise<void> {
  if (channel === null || listener.send === undefined) return listener.done;
  /** A file may take a minute; other sends do not wait for it. */
  const onTheWay = new Map<string, Promise<void>>();
  const start = (ask: ListenerAsk<StaffFile>): void => {
    const sending = sent(listener, ask, config().notify)
      .then((result) => settleAsked(store, channel, ask.id, result))
      .catch((error) =>
        log.error({ err: error, channel }, 'what became of an answer could not be written down'),
      )
      .finally(() => onTheWay.delete(ask.id));
    onTheWay.set(ask.id, sending);
  };
  const looking = startLoop(
    async () => {
      const inHand = [...onTheWay.keys()];
      for (const ask of await claimAsked<StaffFile>(store, channel, inHand)) start(ask);
    },
    {
      everyMs: LOOK_EVERY_MS,
      failed: (error) => log.error({ err: error, channel }, 'words for clients could not be looked for'),
    },
  );
  const hearing = await listen(store, {
    signal: (said) => said.about === 'answers' && said.channel === channel && looking.hurry(),
    gap: looking.hurry,
    error: (error) => log.warn({ err: error, channel }, 'words for clients are looked for each second'),
  });
  await listener.done.catch(() => undefined);
  await hearing.close();
  await looking.close();
  await Promise.all(onTheWay.values());
  return listener.done;
}

async function sent(
  listener: Listener,
  { id, thread, text, file, edits }: ListenerAsk<StaffFile>,
  notify: Config['notify'],
): Promise<Sent | Edited> {
  try {
    if (edits !== null) return (await listener.edit?.({ id, thread, text, handle: edits })) ?? CANNOT;
    if (file === null) return (await listener.send?.({ id, thread, text })) ?? CANNOT;
    const fetched = await fetchStaffFile(notify, file);
    if (fetched.outcome !== 'got') return fetched;
    return (await listener.send?.({ id, thread, text, file: fetched.file })) ?? CANNOT;
  } catch (error) {
    return {
      outcome: 'retry',
      afterMs: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

const CANNOT = { outcome: 'refused', problem: 'this channel cannot do that for clients' } as const;
