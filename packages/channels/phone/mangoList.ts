import { setTimeout as pause } from 'node:timers/promises';
import type { PhoneChannel } from '@otklik/config';
import { SECOND } from '@otklik/domain';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import { mangoCall } from './mangoCall.ts';
import { mangoCommand } from './mangoCommand.ts';

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
] as const;
type Row = Readonly<Record<(typeof FIELDS)[number], string>>;

/** Asked more often, Mango Office locks us out for two minutes. */
const ASK_EVERY_MS = 5 * SECOND;
const MOST_ASKS = 12;

/** The calls of a span by `/vpbx/stats`: it is ordered first and fetched when it is ready (204 until then). */
export async function listMangoCalls(
  channel: PhoneChannel,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<CallFact[]> {
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
    if (got.status !== 204) return callsOf(rowsOf(got.text));
    await pause(ASK_EVERY_MS, undefined, { signal });
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
    // Said below.
  }
  throw new ProviderTrouble({
    ru: 'Mango Office не приняла запрос статистики звонков',
    en: 'Mango Office did not take the request for its statistics of calls',
  });
}

/** CSV with semicolons and without quotes, one leg a line. */
function rowsOf(csv: string): Row[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const cells = line.split(';');
      return Object.fromEntries(FIELDS.map((name, index) => [name, cells[index]?.trim() ?? ''])) as Row;
    });
}

function callsOf(rows: readonly Row[]): CallFact[] {
  return [...Map.groupBy(rows, ({ entry_id }) => entry_id)].flatMap(([call, all]) => {
    const legs = withoutOwnRinging(all);
    const first = legs[0];
    if (!first || call === '') return [];
    const isIn = first.from_extension === '';
    if (!isIn && legs.every(({ to_extension }) => to_extension !== '')) return [];
    const spoken = legs
      .filter(({ answer, to_extension }) => Number(answer) > 0 && (!isIn || to_extension !== ''))
      .sort((a, b) => Number(a.answer) - Number(b.answer))[0];
    return mangoCall({
      call,
      isIn,
      outside: isIn ? first.from_number : first.to_number,
      line: first.line_number === '' ? null : first.line_number,
      employee: (isIn ? spoken?.to_extension : first.from_extension) || null,
      rang: Math.min(...legs.map(({ start }) => Number(start))),
      talked: spoken ? Number(spoken.answer) : null,
      ended: Math.max(...legs.map(({ finish }) => Number(finish))),
      reason: Number(first.disconnect_reason) || 0,
    });
  });
}

/** Of a call that was ordered, the colleague’s own telephone is told as a leg from the client to the extension: see mango.ts. */
function withoutOwnRinging(legs: readonly Row[]): readonly Row[] {
  const out = legs.filter((leg) => leg.from_extension !== '' && leg.to_extension === '');
  const isOrdered = legs.some((leg) => leg.from_extension === '' && leg.from_number === out[0]?.to_number);
  return isOrdered ? out : legs;
}
