import { type CallOutcome, type EpochMs, SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';
import { localTime, wallClock } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ListCalls } from '../exchange.ts';
import { amount, type ListedCalls, type OddRow, readRows, rowsField, text } from '../readRows.ts';
import { callZadarma } from './api.ts';

const PAGE = 1_000;
/** Three requests a minute are allowed: two go at once, further pages slowly. */
const UNHURRIED = 2;
const ASK_EVERY_MS = 21 * SECOND;

/** `/v1/statistics/pbx/`, see https://github.com/zadarma/user-api-v1 (lib/Api.php) */
export function listZadarmaCalls(channel: PhoneChannel): ListCalls {
  return (span, context, signal) => callsIn(channel, span, context, signal);
}

async function callsIn(
  channel: PhoneChannel,
  span: { readonly from: number; readonly to: number },
  { timezone, pause }: ExchangeContext,
  signal: AbortSignal,
): Promise<ListedCalls> {
  const facts: CallFact[] = [];
  const odd: OddRow[] = [];
  let asked = 0;
  for (const direction of ['in', 'out'] as const) {
    // The legs of a call may be on two pages.
    const rows: unknown[] = [];
    for (let isLast = false; !isLast; ) {
      if (asked++ >= UNHURRIED) await pause(ASK_EVERY_MS, signal);
      const query = {
        start: wallClock(span.from, timezone),
        end: wallClock(span.to, timezone),
        version: '2',
        call_type: direction,
        skip: String(rows.length),
        limit: String(PAGE),
      };
      const { data } = statisticsShape.safeParse(
        await callZadarma(channel, '/v1/statistics/pbx/', query, signal),
      );
      if (!data) throw new ProviderTrouble(NO_STATISTICS);
      const page = data.stats ?? [];
      rows.push(...page);
      isLast = page.length < PAGE;
    }
    const legs = readRows('Zadarma', rows, rowShape, (row) => legOf(row, timezone));
    facts.push(...(direction === 'in' ? incoming(legs.read) : outgoing(legs.read)));
    odd.push(...legs.odd);
  }
  return { facts, odd };
}

const NO_STATISTICS = {
  ru: 'Zadarma не отдала статистику звонков: проверьте ключ и права API',
  en: 'Zadarma did not give its statistics of calls: check the key and the rights of the API',
};

const rowShape = z.looseObject({
  sip: text,
  callstart: text,
  clid: text,
  destination: text,
  disposition: text,
  seconds: amount,
  pbx_call_id: text,
});
const statisticsShape = z.object({ status: z.literal('success'), stats: rowsField.optional() });

interface Leg extends Pick<z.output<typeof rowShape>, 'sip' | 'callstart' | 'clid' | 'destination'> {
  readonly call: string;
  readonly start: EpochMs;
  readonly disposition: string;
  readonly seconds: number;
}

function legOf(row: z.output<typeof rowShape>, timezone: string): [Leg] | null {
  const start = localTime(row.callstart, timezone);
  if (row.pbx_call_id === '' || start === null) return null;
  return [{ ...row, call: row.pbx_call_id, start, seconds: row.seconds ?? 0 }];
}

/** One leg may be listed while another talks: NOTIFY_END ends the call. */
function incoming(rows: readonly Leg[]): CallFact[] {
  return [...Map.groupBy(rows, ({ call }) => call)].flatMap(([call, legs]) => {
    const outside = outsideOf(legs.find(({ clid }) => clid !== '')?.clid ?? '');
    const line = legs.flatMap((leg) => [leg.sip, leg.destination]).find((number) => isLine(number, outside));
    return legs.flatMap((row): CallFact[] => {
      const { start } = row;
      const employee = extensionIn(row);
      const leg = `list:${row.callstart}:${row.sip}:${row.destination}`;
      const base = { call, leg, direction: 'in', outside, line: line ?? null } as const;
      const ended = { ...base, phase: 'ended', at: start + row.seconds * SECOND } as const;
      return [
        { ...base, phase: 'ringing', employee: null, at: start },
        row.disposition === 'answered' && employee !== null
          ? { ...ended, employee, outcome: 'answered', talkSeconds: row.seconds }
          : { ...ended, employee: null, outcome: 'missed' },
      ];
    });
  });
}

/** `101`, or `12345-101` with the exchange's number. One digit is a menu choice. */
function extensionIn({ sip, destination }: Leg): string | null {
  const names = [sip, destination].map((name) => name.replace(/^\d+-/, ''));
  return names.find((name) => /^\d{2,4}$/.test(name)) ?? null;
}

const isLine = (number: string, outside: string): boolean =>
  /^\+?\d{7,}$/.test(number) && number.slice(-10) !== outside.slice(-10);

function outgoing(rows: readonly Leg[]): CallFact[] {
  return [...Map.groupBy(rows, ({ call }) => call)].flatMap(([call, legs]): CallFact[] => {
    const starts = legs.map(({ start }) => start);
    const first = legs[0];
    if (!first) return [];
    const spoken = legs.find(({ disposition }) => disposition === 'answered');
    const { sip, destination: outside } = first;
    const employee = sip || null;
    const base = { call, direction: 'out', outside, line: null, employee } as const;
    const ended = Math.max(...starts) + Math.max(...legs.map((leg) => leg.seconds), 0) * SECOND;
    const outcome = spoken ? 'answered' : outcomeOf(first.disposition);
    return [
      { ...base, phase: 'ringing', at: Math.min(...starts) },
      { ...base, phase: 'ended', at: ended, outcome, talkSeconds: spoken?.seconds ?? 0 },
    ];
  });
}

export function outcomeOf(disposition: string | undefined): CallOutcome {
  if (disposition === 'answered' || disposition === 'busy') return disposition;
  return disposition === 'cancel' || disposition === 'no answer' ? 'no_answer' : 'failed';
}

/** `"Name" <79991112233>` or the bare number. */
const outsideOf = (clid: string): string => /<([^<>]*)>/.exec(clid)?.[1] ?? clid;
