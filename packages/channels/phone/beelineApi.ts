import type { PhoneChannel } from '@otklik/config';
import { DAY, HOUR } from '@otklik/domain';
import { z } from 'zod';
import { callProvider, callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import { type LineContext, unixTime } from './line.ts';

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const rowShape = z.looseObject({
  extTrackingId: word,
  callId: word,
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
/** When each account's subscription is to be renewed. Of this process: another renews once more, which does no harm. */
const renewAt = new Map<string, number>();

/** Renews the subscription when it is time (Beeline drops it in silence), then reads `v2/statistics`. */
export async function listBeelineCalls(
  channel: PhoneChannel,
  { from, to }: { readonly from: number; readonly to: number },
  context: LineContext,
  signal: AbortSignal,
): Promise<CallFact[]> {
  const root = `${channel.apiRoot ?? 'https://cloudpbx.beeline.ru'}/apis/portal`;
  const headers = { 'x-mpbx-api-auth-token': channel.token?.reveal() ?? '' };
  if ((renewAt.get(channel.id) ?? 0) <= to) {
    await subscribe(channel, root, headers, context, signal);
    renewAt.set(channel.id, to + RENEW_EVERY_MS);
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
    facts.push(...data.flatMap(callOf));
    if (data.length < PAGE) return facts;
  }
  return facts;
}

const RENEW_EVERY_MS = 10 * HOUR;
const NO_STATISTICS = {
  ru: 'Билайн не отдал статистику звонков',
  en: 'Beeline did not give its statistics of calls',
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
  if (!subscriptionShape.safeParse(JSON.parse(text)).success)
    throw new ProviderTrouble({
      ru: 'Билайн не оформил подписку на звонки',
      en: 'Beeline did not make the subscription',
    });
}

/** A whole call, and so without a leg. */
function callOf(row: z.output<typeof rowShape>): CallFact[] {
  const call = row.extTrackingId ?? row.callId;
  const began = unixTime(row.startDate) ?? timeOf(row.startDate);
  if (!call || began === null) return [];
  const isOut = row.direction === 'OUTBOUND';
  const employee = row.abonent?.extension ?? row.abonent?.phone ?? null;
  const isTalk = row.status === 'PLACED' || row.status === 'RECEIVED';
  const lengthMs = row.duration ?? 0;
  const base = {
    call,
    direction: isOut ? 'out' : 'in',
    outside: (isOut ? row.phone_to : row.phone_from) ?? '',
    line: null,
  } as const;
  const ringing: CallFact = {
    ...base,
    phase: 'ringing',
    which: 'list',
    employee: isOut ? employee : null,
    at: began,
  };
  const ended = { ...base, phase: 'ended', at: began + lengthMs } as const;
  if (isTalk && lengthMs > 0)
    return [ringing, { ...ended, employee, outcome: 'answered', talkSeconds: lengthMs / 1_000 }];
  return [ringing, { ...ended, employee: isOut ? employee : null, outcome: isOut ? 'no_answer' : 'missed' }];
}

function timeOf(text: unknown): number | null {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
