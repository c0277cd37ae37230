import type { PhoneChannel } from '@otklik/config';
import { type CallOutcome, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import { type LineContext, localTime, wallClock } from './line.ts';
import { callZadarma } from './zadarmaApi.ts';

const PAGE = 1_000;
/** Zadarma takes three questions about statistics a minute: two each minute, and further pages at a walk. */
const UNHURRIED = 2;
const ASK_EVERY_MS = 21 * SECOND;

/** The calls of a span by `/v1/statistics/pbx/`, those in and those out. https://github.com/zadarma/user-api-v1 (lib/Api.php) */
export async function listZadarmaCalls(
  channel: PhoneChannel,
  span: { readonly from: number; readonly to: number },
  { timezone, pause }: LineContext,
  signal: AbortSignal,
): Promise<CallFact[]> {
  const facts: CallFact[] = [];
  let asked = 0;
  for (const direction of ['in', 'out'] as const) {
    // A call may have its legs on two pages.
    const rows: Row[] = [];
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
      rows.push(...data.stats);
      isLast = data.stats.length < PAGE;
    }
    facts.push(...(direction === 'in' ? incoming(rows, timezone) : outgoing(rows, timezone)));
  }
  return facts;
}

const NO_STATISTICS = {
  ru: 'Zadarma не отдала статистику звонков: проверьте ключ и права API',
  en: 'Zadarma did not give its statistics of calls: check the key and the rights of the API',
};

const rowShape = z.object({
  sip: z.coerce.string(),
  callstart: z.string(),
  clid: z.coerce.string(),
  destination: z.coerce.string(),
  disposition: z.string(),
  seconds: z.coerce.number(),
  pbx_call_id: z.string().min(1),
});
type Row = z.output<typeof rowShape>;
const statisticsShape = z.object({ status: z.literal('success'), stats: z.array(rowShape) });

/** One row a leg, of which the first may stand there while the second is talked on: no leg may end the call, NOTIFY_END does. */
function incoming(rows: readonly Row[], timezone: string): CallFact[] {
  return [...Map.groupBy(rows, (row) => row.pbx_call_id)].flatMap(([call, legs]) => {
    const outside = outsideOf(legs[0]?.clid ?? '');
    const line = legs.flatMap((leg) => [leg.sip, leg.destination]).find((number) => isLine(number, outside));
    return legs.flatMap((row): CallFact[] => {
      const start = localTime(row.callstart, timezone);
      if (start === null) return [];
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

/** Who answered is an extension, `101` or with the exchange's number before it, `12345-101`. One digit is a choice in a menu. */
function extensionIn({ sip, destination }: Row): string | null {
  const names = [sip, destination].map((name) => name.replace(/^\d+-/, ''));
  return names.find((name) => /^\d{2,4}$/.test(name)) ?? null;
}

const isLine = (number: string, outside: string): boolean =>
  /^\+?\d{7,}$/.test(number) && number.slice(-10) !== outside.slice(-10);

function outgoing(rows: readonly Row[], timezone: string): CallFact[] {
  return [...Map.groupBy(rows, (row) => row.pbx_call_id)].flatMap(([call, legs]): CallFact[] => {
    const starts = legs.map((leg) => localTime(leg.callstart, timezone)).filter((at) => at !== null);
    const first = legs[0];
    if (!first || starts.length === 0) return [];
    const spoken = legs.find(({ disposition }) => disposition === 'answered');
    const { sip: employee, destination: outside } = first;
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
