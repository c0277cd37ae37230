import type { PhoneChannel } from '@otklik/config';
import { DAY, HOUR } from '@otklik/domain';
import { z } from 'zod';
import { callProvider, callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { readJson } from '../provider/hook.ts';
import type { CallFact } from './callFact.ts';
import { type LineContext, unixTime } from './line.ts';

const word = z.union([z.string(), z.number()]).transform(String).nullish();
/** The tracking id is written in two ways, of which the events have the short one. */
const rowShape = z.looseObject({
  extTrackingId: word,
  externalTrackingId: word,
  direction: word,
  status: word,
  startDate: z.union([z.string(), z.number()]).nullish(),
  duration: z.number().nullish(),
  phone_from: word,
  phone_to: word,
  abonent: z.looseObject({ extension: word, phone: word }).nullish().catch(null),
});
const pageShape = z.array(rowShape);
const subscriptionShape = z.looseObject({ subscriptionId: z.string(), expires: z.number() });

const PAGE = 100;
const MOST_PAGES = 100;
/** When each subscription is to be renewed. Of this process: another renews once more, which does no harm. */
const renewAt = new Map<string, number>();

/** Beeline has ended the subscription: it is made anew at the next look. */
export function subscriptionEnded({ id }: PhoneChannel): void {
  for (const name of renewAt.keys()) if (name.startsWith(`${id}\n`)) renewAt.delete(name);
}

/** Renews the subscription when it is time (Beeline drops it in silence), then reads `v2/statistics`. */
export async function listBeelineCalls(
  channel: PhoneChannel,
  { from, to }: { readonly from: number; readonly to: number },
  context: LineContext,
  signal: AbortSignal,
): Promise<CallFact[]> {
  const root = `${channel.apiRoot ?? 'https://cloudpbx.beeline.ru'}/apis/portal`;
  const headers = { 'x-mpbx-api-auth-token': channel.token?.reveal() ?? '' };
  // With another key or address it is another subscription.
  const name = [channel.id, context.hookUrl, channel.key?.reveal(), channel.token?.reveal()].join('\n');
  if ((renewAt.get(name) ?? 0) <= to) {
    await subscribe(channel, root, headers, context, signal);
    renewAt.set(name, to + RENEW_EVERY_MS);
  }
  const facts: CallFact[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({
      dateFrom: new Date(from).toISOString(),
      dateTo: new Date(to).toISOString(),
      page: String(page),
      pageSize: String(PAGE),
    });
    const { data } = pageShape.safeParse(
      await callProviderJson({ provider: 'Билайн', url: `${root}/v2/statistics?${query}`, headers }, signal),
    );
    if (!data) throw new ProviderTrouble(NO_STATISTICS);
    facts.push(...data.flatMap(legOf));
    if (data.length < PAGE) return facts;
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
  { hookUrl }: LineContext,
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

/** Written so, with and without the slip of the pen. */
const TALKED = new Set(['PLACED', 'RECEIVED', 'RECIEVED']);

/**
 * One row a subscriber: of a call that rings five telephones four miss it, and stand in the list while the fifth talks. So a
 * row is a leg, and ends the call only with all the others.
 */
function legOf(row: z.output<typeof rowShape>): CallFact[] {
  const call = row.extTrackingId ?? row.externalTrackingId;
  const began = unixTime(row.startDate) ?? timeOf(row.startDate);
  if (!call || began === null) return [];
  if (row.direction !== 'INBOUND' && row.direction !== 'OUTBOUND') return [];
  const isOut = row.direction === 'OUTBOUND';
  const employee = row.abonent?.extension ?? row.abonent?.phone ?? null;
  const lengthMs = row.duration ?? 0;
  const base = {
    call,
    leg: `list:${employee}:${began}`,
    direction: isOut ? 'out' : 'in',
    outside: (isOut ? row.phone_to : row.phone_from) ?? '',
    line: null,
  } as const;
  const ringing: CallFact = { ...base, phase: 'ringing', employee: isOut ? employee : null, at: began };
  const ended = { ...base, phase: 'ended', at: began + lengthMs } as const;
  if (TALKED.has(row.status ?? '') && lengthMs > 0)
    return [ringing, { ...ended, employee, outcome: 'answered', talkSeconds: lengthMs / 1_000 }];
  return [ringing, { ...ended, employee: isOut ? employee : null, outcome: isOut ? 'no_answer' : 'missed' }];
}

function timeOf(text: unknown): number | null {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
