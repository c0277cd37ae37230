import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { Memory } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ListCalls } from '../exchange.ts';
import { amount, type ListedCalls, readRows, rowsField, text, wholeSpan } from '../readRows.ts';
import { basicTime, callOver, personOf, startOf } from './call.ts';
import { listedByMegafon } from './transfers.ts';

const rowShape = z.looseObject({
  uid: text,
  type: text,
  status: text,
  client: text,
  user: text,
  diversion: text,
  start: text,
  wait: amount,
  duration: amount,
});

/** Uses the exchange's own key. A uid here is a callid of the events, so a call that was also posted is one call. */
export function listMegafonCalls(channel: PhoneChannel): ListCalls | null {
  if (channel.account === null || channel.token === null) return null;
  return (span, context, signal, memory) => callsIn(channel, span, context, signal, memory);
}

async function callsIn(
  { account, token, apiRoot }: PhoneChannel,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  { timezone }: ExchangeContext,
  signal: AbortSignal,
  memory: Memory,
): Promise<ListedCalls> {
  const root = apiRoot ?? `https://${(account ?? '').replace(/^https?:\/\//, '').split('/', 1)[0]}`;
  const headers = { 'x-api-key': token?.reveal() ?? '' };
  const told = await wholeSpan({ from, to }, async (span) => {
    const query = new URLSearchParams({ start: basicTime(span.from), end: basicTime(span.to), type: 'all' });
    const url = `${root}/crmapi/v1/history/json?${query}`;
    const { data } = rowsField.safeParse(
      await callProviderJson({ provider: 'МегаФон ВАТС', url, headers }, signal),
    );
    if (!data) throw new ProviderTrouble(NO_HISTORY);
    return data;
  });
  const { read, odd } = readRows('МегаФон ВАТС', told, rowShape, (row) => {
    const facts = callOf(row, timezone);
    return facts && [facts];
  });
  return { facts: await listedByMegafon(read, memory, to), odd };
}

/** `missed` is a type here, a status elsewhere. */
function callOf(row: z.output<typeof rowShape>, timezone: string): CallFact[] | null {
  const isMissed = row.type === 'missed' || (row.type === '' && row.status.toLowerCase() === 'missed');
  const start = startOf(row.start, timezone);
  if (row.type !== 'internal' && (row.uid === '' || start === null)) return null;
  return callOver({
    call: row.uid,
    start: start ?? 0,
    type: isMissed ? 'in' : row.type,
    status: row.status,
    outside: row.client,
    line: row.diversion || null,
    employee: personOf(row.user),
    waitSeconds: row.wait ?? 0,
    talkSeconds: row.duration ?? 0,
  });
}

const NO_HISTORY = {
  ru: 'МегаФон ВАТС не отдала историю звонков: проверьте account (адрес АТС) и token (её ключ)',
  en: 'MegaFon’s exchange did not give its history of calls: check account, its address, and token, its key',
};
