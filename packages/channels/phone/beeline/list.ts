import { DAY, HOUR } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { callProvider, callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { readJson } from '../../provider/hook.ts';
import { dateTime, unixTime } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ListCalls } from '../exchange.ts';
import { amount, type ListedCalls, readCalls, rowsField, text } from '../readRows.ts';

/** The tracking id has two forms; events use the short one. */
const rowShape = z.looseObject({
  extTrackingId: text,
  externalTrackingId: text,
  direction: text,
  status: text,
  startDate: z.unknown().optional(),
  duration: amount,
  phone_from: text,
  phone_to: text,
  abonent: z.looseObject({ extension: text, phone: text }).nullish().catch(null),
});
const subscriptionShape = z.looseObject({ subscriptionId: z.string(), expires: z.number() });

const PAGE = 100;
const MOST_PAGES = 100;
/** Per process: another one renews again, which is harmless. */
const renewAt = new Map<string, number>();

/** The next look renews it. */
export function subscriptionEnded({ id }: PhoneChannel): void {
  for (const name of renewAt.keys()) if (name.startsWith(`${id}\n`)) renewAt.delete(name);
}

/** Also renews the subscription, which Beeline drops silently. */
export function listBeelineCalls(channel: PhoneChannel): ListCalls {
  return (span, context, signal) => callsIn(channel, span, context, signal);
}

async function callsIn(
  channel: PhoneChannel,
  { from, to }: { readonly from: number; readonly to: number },
  context: ExchangeContext,
  signal: AbortSignal,
): Promise<ListedCalls> {
  const root = `${channel.apiRoot ?? 'https://cloudpbx.beeline.ru'}/apis/portal`;
  const headers = { 'x-mpbx-api-auth-token': channel.token?.reveal() ?? '' };
  // Another key or address is another subscription.
  const name = [channel.id, context.hookUrl, channel.key?.reveal(), channel.token?.reveal()].join('\n');
  if ((renewAt.get(name) ?? 0) <= to) {
    await subscribe(channel, root, headers, context, signal);
    renewAt.set(name, to + RENEW_EVERY_MS);
  }
  const rows: unknown[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({
      dateFrom: new Date(from).toISOString(),
      dateTo: new Date(to).toISOString(),
      page: String(page),
      pageSize: String(PAGE),
    });
    const { data } = rowsField.safeParse(
      await callProviderJson({ provider: 'Билайн', url: `${root}/v2/statistics?${query}`, headers }, signal),
    );
    if (!data) throw new ProviderTrouble(NO_STATISTICS);
    rows.push(...data);
    if (data.length < PAGE) return readCalls('Билайн', rows, rowShape, legOf);
  }
  throw new ProviderTrouble(TOO_MANY);
}

const RENEW_EVERY_MS = 10 * HOUR;
const NO_STATISTICS = {
  ru: 'Билайн не отдал статистику звонков',
  en: 'Beeline did not give its statistics of calls',
};

const TOO_MANY = {
  ru: 'в статистике Билайна слишком много звонков за один раз',
  en: 'the statistics of Beeline have too many calls for one look',
};

async function subscribe(
  channel: PhoneChannel,
  root: string,
  headers: Readonly<Record<string, string>>,
  { hookUrl }: ExchangeContext,
  signal: AbortSignal,
): Promise<void> {
  if (hookUrl === null)
    throw new ProviderTrouble({
      ru: 'Билайн присылает звонки по адресу: задайте public_url в otklik.yaml',
      en: 'Beeline posts calls to an address: set public_url in otklik.yaml',
    });
  const url = `${hookUrl}?key=${channel.key?.reveal() ?? ''}`;
  const body = { expires: DAY / 1_000, subscriptionType: 'BASIC_CALL', url };
  const { text } = await callProvider(
    { provider: 'Билайн', url: `${root}/subscription`, method: 'PUT', headers, body },
    signal,
  );
  if (!subscriptionShape.safeParse(readJson(Buffer.from(text))).success)
    throw new ProviderTrouble({
      ru: 'Билайн не оформил подписку на звонки',
      en: 'Beeline did not make the subscription',
    });
}

/** Beeline writes both spellings. */
const TALKED = new Set(['PLACED', 'RECEIVED', 'RECIEVED']);

/**
 * A row is a leg: of five ringing telephones four have a missed row while the fifth talks. Rows without a tracking id
 * are grouped by client and moment.
 */
function legOf(row: z.output<typeof rowShape>): CallFact[] | null {
  const began = unixTime(row.startDate) ?? dateTime(row.startDate);
  const direction = directionOf(row);
  if (direction === 'between colleagues') return [];
  if (began === null || direction === null) return null;
  const isOut = direction === 'out';
  const employee = row.abonent?.extension || row.abonent?.phone || null;
  const outside = isOut ? row.phone_to : row.phone_from;
  const lengthMs = row.duration ?? 0;
  const base = {
    call: row.extTrackingId || row.externalTrackingId || `untracked:${outside || employee}:${began}`,
    leg: `list:${employee}:${began}`,
    direction,
    outside,
    line: null,
  } as const;
  const ringing: CallFact = { ...base, phase: 'ringing', employee: isOut ? employee : null, at: began };
  const ended = { ...base, phase: 'ended', at: began + lengthMs } as const;
  if (TALKED.has(row.status) && lengthMs > 0)
    return [ringing, { ...ended, employee, outcome: 'answered', talkSeconds: lengthMs / 1_000 }];
  return [ringing, { ...ended, employee: isOut ? employee : null, outcome: isOut ? 'no_answer' : 'missed' }];
}

const DIRECTIONS: ReadonlyMap<string, 'in' | 'out' | 'between colleagues'> = new Map([
  ['INBOUND', 'in'],
  ['OUTBOUND', 'out'],
  ['INTERNAL', 'between colleagues'],
]);

/** Only an incoming call is missed or received. null: unknown. */
function directionOf({ direction, status }: z.output<typeof rowShape>) {
  if (direction !== '') return DIRECTIONS.get(direction) ?? null;
  if (status === 'PLACED') return 'out';
  return status === 'MISSED' || TALKED.has(status) ? 'in' : null;
}
