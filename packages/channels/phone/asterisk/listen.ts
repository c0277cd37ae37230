import { isDeepStrictEqual } from 'node:util';
import { SECOND } from '@otklik/domain';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../../channel.ts';
import { reconcile } from '../../provider/reconcile.ts';
import type { Listening } from '../exchange.ts';
import { watchStrays } from '../strayLines.ts';
import { listenToAmi } from './amiFeed.ts';
import { readTables } from './tables.ts';

export function listenToAsterisk({ channel, deps, context, pace, ...listening }: Listening): Listener {
  const { eventsOf, strayGaps, keepAside } = listening;
  const cdr = channel.cdr?.reveal() ?? null;
  const say = reporter(deps, cdr !== null);
  const parts = [
    listenToAmi(channel, { ...partOf(deps), report: say.ami }, eventsOf, cdr !== null, soon(pace)),
    watchStrays(strayGaps, say.strays, pace.everyMs, deps),
  ];
  if (cdr !== null) {
    let wasThin = false;
    const look = async (span: { readonly from: number; readonly to: number }, signal: AbortSignal) => {
      const { facts, odd, gaps, ...read } = await readTables(cdr, span, context.timezone, signal, wasThin);
      wasThin = read.isThin;
      const isBlurred = channel.numbers.length > 0 && !read.isNumbered;
      return {
        events: eventsOf(facts),
        gaps: isBlurred ? [...gaps, NO_NUMBERS] : gaps,
        kept: () => keepAside(odd),
      };
    };
    parts.push(reconcile(look, { ...partOf(deps), report: say.tables }, pace));
  }
  return {
    stop: () => {
      for (const part of parts) part.stop();
    },
    done: Promise.all(parts.map(({ done }) => done)).then(() => undefined),
  };
}

/** A missed AMI event is lost or late, so AMI reconnects sooner than a table is read. */
const soon = ({ firstBackoffMs, maxBackoffMs, random }: Listening['pace']) => ({
  firstBackoffMs: Math.min(firstBackoffMs, SECOND),
  maxBackoffMs: Math.min(maxBackoffMs, 30 * SECOND),
  random,
});

/** Everything but `report`: each part reports its own half. */
const partOf = (deps: ListenerDeps): Omit<ListenerDeps, 'report'> => ({
  deliver: (delivery) => deps.deliver(delivery),
  recordedCalls: (calls) => deps.recordedCalls(calls),
  missedByWebhook: (count) => deps.missedByWebhook(count),
  loadCursor: () => deps.loadCursor(),
  saveCursor: (cursor) => deps.saveCursor(cursor),
  memory: deps.memory,
  quarantine: (body, reason) => deps.quarantine(body, reason),
  now: () => deps.now(),
  log: deps.log,
});

/**
 * Up while AMI is up; caught up once the tables were read. Unreadable tables are only a gap: AMI shows what happens
 * now.
 */
function reporter(deps: ListenerDeps, hasTables: boolean) {
  let said: ListenerState | null = null;
  let ami: ListenerState | null = null;
  let tables: ListenerState | null = null;
  let strays: readonly LocalizedText[] = [];
  const say = (): void => {
    if (ami === null) return;
    const unread = tables?.problem ?? null;
    const ofTables = hasTables ? [...(unread ? [unread] : []), ...(tables?.gaps ?? [])] : [NO_TABLES];
    const gaps = [...ofTables, ...strays];
    const next = { ...ami, caughtUp: hasTables ? (tables?.caughtUp ?? false) : ami.caughtUp, gaps };
    if (isDeepStrictEqual(said, next)) return;
    said = next;
    deps.report(next);
  };
  return {
    ami: (state: ListenerState): void => {
      ami = state;
      say();
    },
    tables: (state: ListenerState): void => {
      tables = state;
      say();
    },
    strays: (gaps: readonly LocalizedText[]): void => {
      strays = gaps;
      say();
    },
  };
}

const NO_TABLES: LocalizedText = {
  ru: 'звонки, прошедшие без связи с Asterisk, не видны: укажите cdr, адрес базы его таблиц (docs/channels/phone/asterisk.md)',
  en: 'calls that come and go while there is no connection to Asterisk are not seen: give cdr, the address of the database with its tables (docs/channels/phone/asterisk.md)',
};

const NO_NUMBERS: LocalizedText = {
  ru: 'в таблице cdr нет столбца did, а таблица cel не читается: на какой из ваших номеров (numbers) звонили без связи с AMI, неизвестно. Включите CEL',
  en: 'the table cdr has no column did, and cel cannot be read: which of your numbers was called while there was no AMI is not known. Switch CEL on',
};
