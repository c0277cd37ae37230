import type { PhoneChannel } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import type { CallFact } from './callFact.ts';
import { type LineContext, seconds } from './line.ts';
import { basicTime, callOver, personOf, startOf } from './megafonCall.ts';

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const rowShape = z.looseObject({
  uid: z.union([z.string(), z.number()]).transform(String),
  type: word,
  status: word,
  client: word,
  user: word,
  diversion: word,
  start: z.string(),
  wait: z.union([z.string(), z.number()]).nullish(),
  duration: z.union([z.string(), z.number()]).nullish(),
});

/**
 * The history of calls by `/crmapi/v1/history/json` of the exchange, with the exchange's own key: its uid is the callid of the
 * events, so that a call which was posted too is one call.
 */
export async function listMegafonCalls(
  { account, token, apiRoot }: PhoneChannel,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  { timezone }: LineContext,
  signal: AbortSignal,
): Promise<CallFact[]> {
  const root = apiRoot ?? `https://${(account ?? '').replace(/^https?:\/\//, '').split('/', 1)[0]}`;
  const query = new URLSearchParams({ start: basicTime(from), end: basicTime(to), type: 'all' });
  const told = await callProviderJson(
    {
      provider: 'МегаФон ВАТС',
      url: `${root}/crmapi/v1/history/json?${query}`,
      headers: { 'x-api-key': token?.reveal() ?? '' },
    },
    signal,
  );
  const { data } = z.array(rowShape).safeParse(told);
  if (!data) throw new ProviderTrouble(NO_HISTORY);
  return data.flatMap((row) => {
    const start = startOf(row.start, timezone);
    if (start === null) return [];
    const facts = callOver({
      call: row.uid,
      start,
      type: row.type === 'missed' ? 'in' : (row.type ?? ''),
      status: row.status ?? '',
      outside: row.client ?? '',
      line: row.diversion || null,
      employee: personOf(row.user),
      waitSeconds: seconds(row.wait),
      talkSeconds: seconds(row.duration),
    });
    return facts ?? [];
  });
}

const NO_HISTORY = {
  ru: 'МегаФон ВАТС не отдала историю звонков: проверьте account (адрес АТС) и token (её ключ)',
  en: 'MegaFon’s exchange did not give its history of calls: check account, its address, and token, its key',
};
