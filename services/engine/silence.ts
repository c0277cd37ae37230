import type { Config } from '@otklik/config';
import { type EpochMs, HOUR, isWorking, MINUTE, type Rhythm, type Silence, silenceOf } from '@otklik/domain';
import { channelStates, rhythms, type Store, saveNotices, saveSilence } from '@otklik/store';
import type { Log } from '@otklik/telemetry';

interface SilenceWorld {
  config(): Config;
  store: Store;
  log: Log;
  now(): EpochMs;
}

/** A rhythm of four weeks does not change within the hour. */
const LEARN_EVERY_MS = HOUR;

/** Looks every minute whether a channel has fallen silent, and whether one is heard again. Returns how to stop it. */
export function watchSilence(world: SilenceWorld, everyMs: number = MINUTE): { close(): Promise<void> } {
  let known: { at: EpochMs; rhythms: Map<string, Rhythm> } | null = null;
  let running: Promise<void> = Promise.resolve();
  const look = () => {
    running = running.then(async () => {
      try {
        const now = world.now();
        if (known === null || now - known.at >= LEARN_EVERY_MS)
          known = { at: now, rhythms: await rhythms(world.store, world.config().timezone, now) };
        await lookAt(known.rhythms, world, now);
      } catch (error) {
        world.log.error(
          { err: error },
          'it is not known whether a channel is silent; it is looked again in a minute',
        );
      }
    });
  };
  const timer = setInterval(look, everyMs);
  look();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function lookAt(known: ReadonlyMap<string, Rhythm>, world: SilenceWorld, now: EpochMs): Promise<void> {
  const config = world.config();
  const states = await channelStates(world.store);
  const { calendar, timezone } = config;
  // A holiday is a day on which nobody works at the hour at which work is done a week before and after.
  const isOff = (at: EpochMs) =>
    calendar !== null &&
    !isWorking(calendar, at) &&
    (isWorking(calendar, at - 7 * 24 * HOUR) || isWorking(calendar, at + 7 * 24 * HOUR));
  for (const { id } of config.channels.values()) {
    const state = states.get(id);
    const rhythm = known.get(id);
    // Of a channel that is down it is known already.
    const silence =
      state === undefined || rhythm === undefined || state.up === false
        ? null
        : silenceOf(rhythm, state.last_event_at, now, timezone, isOff);
    if (silence !== null) world.log.info({ channel: id, usual: silence.usualPerHour }, 'a channel is silent');
    if (await saveSilence(world.store, id, silence)) await announce(id, silence, config, world.store, now);
  }
}

/** As of a connection that is down: the company's own systems hear of it. */
async function announce(
  channel: string,
  silence: Silence | null,
  config: Config,
  store: Store,
  now: EpochMs,
): Promise<void> {
  if (!config.notify.webhook) return;
  const notice = {
    type: silence === null ? ('channel.up' as const) : ('channel.down' as const),
    wait_id: null,
    channel,
    step: null,
    stage: null,
    recipient: null,
    transport: 'webhook' as const,
    due_at: now,
    late_reason: null,
    data:
      silence === null
        ? { problem: null }
        : {
            problem: silenceText(silence, config.locale, now),
            usual_per_hour: silence.usualPerHour,
            silent_seconds: Math.round((now - silence.since) / 1_000),
          },
  };
  await saveNotices(store.db, [notice], now);
}

/** `обычно 12 обращений в час, сейчас ничего 40 мин` */
function silenceText({ since, usualPerHour }: Silence, locale: Config['locale'], now: EpochMs): string {
  const minutes = Math.floor((now - since) / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const usual = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(usualPerHour);
  return locale === 'ru'
    ? `обычно ${usual} обращений в час, сейчас ничего ${hours > 0 ? `${hours} ч ` : ''}${rest} мин: проверьте, доходят ли сообщения`
    : `usually ${usual} clients an hour, now nothing for ${hours > 0 ? `${hours} h ` : ''}${rest} min: see whether messages arrive`;
}
