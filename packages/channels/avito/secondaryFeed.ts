import { DAY, type DurationMs, type EpochMs, type Event, MINUTE } from '@otklik/domain';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';

export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface Found {
  readonly events: readonly Event[];
  readonly gaps: readonly LocalizedText[];
  kept(): Promise<void>;
}

export interface SecondaryFeed {
  /** Its key in the channel's memory. */
  readonly name: string;
  /** Its name for people, in the nominative. */
  readonly said: LocalizedText;
  readonly everyMs: DurationMs;
  read(span: Span, signal: AbortSignal): Promise<Event[]>;
}

/** How long to pause after a 429 that names no time. */
const REST_MS = 2 * MINUTE;
/** A person must buy the tariff. */
const REFUSED_MS = 10 * MINUTE;
/** Older arrears concern past clients. */
const LONGEST_OWED_MS = 7 * DAY;

const NOTHING: Found = { events: [], gaps: [], kept: async () => {} };

/**
 * Calls or reviews at their own pace. A refusal is only a gap; arrears are remembered across restarts. They come
 * complete with their end, so unread ones raise no alarm.
 */
export function readSecondary(
  beside: SecondaryFeed,
  { memory, now }: Pick<ListenerDeps, 'memory' | 'now'>,
): (span: Span, signal: AbortSignal) => Promise<Found> {
  const name = `owed/${beside.name}`;
  let owed: EpochMs | null | undefined;
  let nextAt = Number.NEGATIVE_INFINITY;
  let gaps: readonly LocalizedText[] = [];
  return async (span, signal) => {
    owed = owed === undefined ? momentOf((await memory.recall([name])).get(name)) : owed;
    const from = Math.max(Math.min(span.from, owed ?? span.from), span.to - LONGEST_OWED_MS);
    if (now() < nextAt) {
      owed = from;
      return { ...NOTHING, gaps };
    }
    const askedAt = now();
    try {
      const events = await beside.read({ from, to: span.to }, signal);
      const kept = async () => {
        nextAt = askedAt + beside.everyMs;
        gaps = [];
        owed = null;
        await memory.remember(new Map([[name, null]]), 'account');
      };
      return { events, gaps: [], kept };
    } catch (error) {
      if (!(error instanceof ProviderTrouble) || error.status === 401) throw error;
      const isRefused = [402, 403, 404].includes(error.status ?? 0);
      const rest = error.status === 429 ? REST_MS : 0;
      nextAt = askedAt + (isRefused ? REFUSED_MS : Math.max(error.afterMs ?? rest, 0));
      gaps = [isRefused ? noTariff(beside.said) : later(beside.said, error.said)];
      // Those clients are gone by the time a tariff is bought.
      owed = isRefused ? null : from;
      await memory.remember(new Map([[name, owed === null ? null : String(owed)]]), 'account');
      return { ...NOTHING, gaps };
    }
  };
}

const momentOf = (text: string | undefined): EpochMs | null => (text === undefined ? null : Number(text));

const noTariff = ({ ru, en }: LocalizedText): LocalizedText => ({
  ru: `${ru}: Авито не даёт их читать по этому тарифу; если они не нужны, отключите их в otklik.yaml`,
  en: `${en}: Avito does not give them on this tariff; if they are not needed, turn them off in otklik.yaml`,
});

const later = ({ ru, en }: LocalizedText, why: LocalizedText): LocalizedText => ({
  ru: `${ru}: сейчас не читаются, будут прочитаны позже (${why.ru})`,
  en: `${en}: cannot be read now, and will be later (${why.en})`,
});
