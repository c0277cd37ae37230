import { SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ListCalls } from '../exchange.ts';
import { type ListedCalls, readRows } from '../readRows.ts';
import { isMenu, mangoCall } from './call.ts';
import { mangoCommand } from './command.ts';

const FIELDS = [
  'start',
  'finish',
  'answer',
  'from_extension',
  'from_number',
  'to_extension',
  'to_number',
  'disconnect_reason',
  'entry_id',
  'line_number',
  'location',
] as const;
type Row = Readonly<Record<(typeof FIELDS)[number], string>>;
const PROVIDER = 'Mango Office';

/** Asked more often, Mango Office locks us out for two minutes. */
const ASK_EVERY_MS = 5 * SECOND;
const MOST_ASKS = 12;

/** `/vpbx/stats`: ordered first, fetched when ready (204 until then). */
export function listMangoCalls(channel: PhoneChannel): ListCalls {
  return (span, context, signal) => callsIn(channel, span, context, signal);
}

async function callsIn(
  channel: PhoneChannel,
  { from, to }: { readonly from: number; readonly to: number },
  { pause }: ExchangeContext,
  signal: AbortSignal,
): Promise<ListedCalls> {
  const ordered = await mangoCommand(
    channel,
    '/vpbx/stats/request',
    {
      date_from: Math.floor(from / SECOND),
      date_to: Math.ceil(to / SECOND),
      fields: FIELDS.join(','),
    },
    signal,
  );
  const key = keyOf(ordered.text);
  for (let asked = 0; asked < MOST_ASKS; asked++) {
    const got = await mangoCommand(channel, '/vpbx/stats/result', { key }, signal);
    if (got.status !== 204) {
      const { read, odd } = readRows(PROVIDER, linesOf(got.text), lineShape, rowOf);
      return { facts: callsOf(read), odd };
    }
    await pause(ASK_EVERY_MS, signal);
  }
  throw new ProviderTrouble({
    ru: 'Mango Office не готовит статистику звонков',
    en: 'Mango Office does not get its statistics of calls ready',
  });
}

function keyOf(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    const key: unknown =
      parsed !== null && typeof parsed === 'object' ? Reflect.get(parsed, 'key') : undefined;
    if (typeof key === 'string') return key;
  } catch {
    // Reported below.
  }
  throw new ProviderTrouble({
    ru: 'Mango Office не приняла запрос статистики звонков',
    en: 'Mango Office did not take the request for its statistics of calls',
  });
}

/** CSV with semicolons, no quotes, one leg per line (§ 3.4.1.2), perhaps with a header. Errors are JSON. */
function linesOf(csv: string): string[] {
  if (/^\s*[{<]/.test(csv))
    throw new ProviderTrouble({
      ru: 'Mango Office не отдала статистику звонков',
      en: 'Mango Office did not give its statistics of calls',
    });
  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.filter((line) => !line.trim().startsWith('start;'));
}

const lineShape = z.string();

/** null: no call or times, and not between colleagues. */
function rowOf(line: string): Row[] | null {
  const cells = line.split(';');
  const row = Object.fromEntries(FIELDS.map((name, index) => [name, cells[index]?.trim() ?? ''])) as Row;
  if (row.entry_id !== '' && Number(row.start) > 0 && Number(row.finish) > 0) return [row];
  return row.from_extension !== '' && row.to_extension !== '' ? [] : null;
}

function callsOf(rows: readonly Row[]): CallFact[] {
  return [...Map.groupBy(rows, ({ entry_id }) => entry_id)].flatMap(([call, all]) => {
    all.sort((a, b) => Number(a.start) - Number(b.start));
    const legs = withoutOwnRinging(all);
    const first = legs[0];
    if (!first) return [];
    if (first.from_extension === '') return incoming(call, first, legs);
    if (legs.every(({ to_extension }) => to_extension !== '')) return [];
    const spoken = legs.find(({ answer }) => Number(answer) > 0);
    return mangoCall({
      call,
      isIn: false,
      outside: (legs.find(({ to_extension }) => to_extension === '') ?? first).to_number,
      line: first.line_number === '' ? null : first.line_number,
      employee: first.from_extension,
      rang: Number(first.start),
      talked: spoken ? Number(spoken.answer) : null,
      ended: Math.max(...legs.map(({ finish }) => Number(finish))),
      reason: Number(first.disconnect_reason) || 0,
    });
  });
}

/** «Действие успешно выполнено»: also ends a talking leg that a command transfers. */
const SUCCESS = '1000';

/**
 * An ordered call has a leg from the client to the extension, which is the colleague's own telephone. While the
 * client rings or talks it stands alone, so a transferred leg waits for the next one.
 */
function withoutOwnRinging(legs: readonly Row[]): readonly Row[] {
  const out = legs.filter((leg) => leg.from_extension !== '' && leg.to_extension === '');
  const isOrdered = legs.some((leg) => leg.from_extension === '' && leg.from_number === out[0]?.to_number);
  if (isOrdered) return out;
  const last = legs.at(-1);
  const isPutThrough =
    last?.from_extension === '' &&
    last.to_extension !== '' &&
    Number(last.answer) > 0 &&
    last.disconnect_reason === SUCCESS;
  return isPutThrough ? legs.slice(0, -1) : legs;
}

/** One leg may be listed while another talks, so none ends the call. The summary has the last word. */
function incoming(call: string, first: Row, legs: readonly Row[]): CallFact[] {
  const outside = first.from_number;
  const line = legs.find(({ line_number }) => line_number !== '')?.line_number ?? null;
  return legs.flatMap((row): CallFact[] => {
    const leg = `list:${row.start}:${row.to_extension || row.to_number}`;
    const base = { call, leg, direction: 'in', outside, line } as const;
    const [start, answer, finish] = [Number(row.start), Number(row.answer), Number(row.finish)];
    const ringing = { ...base, phase: 'ringing', employee: null, at: start * SECOND } as const;
    const ended = { ...base, phase: 'ended', at: finish * SECOND } as const;
    if (!(answer > 0) || row.to_extension === '' || isMenu(row.location))
      return [ringing, { ...ended, employee: null, outcome: 'missed' }];
    const employee = row.to_extension;
    const talkSeconds = finish - answer;
    return [
      ringing,
      { ...base, phase: 'answered', employee, at: answer * SECOND },
      { ...ended, employee, outcome: 'answered', talkSeconds },
    ];
  });
}
