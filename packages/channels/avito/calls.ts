import { type EpochMs, type Event, SECOND, type Subject } from '@otklik/domain';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { callEvent } from '../provider/callFact.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';
import type { Span } from './secondaryFeed.ts';

const number = z.union([z.number(), z.string()]).transform(String);
const listShape = z.object({ calls: z.array(z.unknown()) });
const callShape = z.looseObject({
  callId: number,
  buyerPhone: number.nullish(),
  virtualPhone: number.nullish(),
  itemId: number.nullish(),
  callTime: z.string(),
  talkDuration: z.number().nonnegative(),
  waitingDuration: z.number().nonnegative().nullish(),
});
type AvitoCall = z.output<typeof callShape>;

const PAGE = 100;

export interface CallsDeps {
  now(): EpochMs;
  itemsOf(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Subject>>;
  /** Quarantines what is not understood. */
  odd(body: unknown, reason: string): Promise<void>;
}

/** That began in the span. https://developers.avito.ru/api-catalog/calltracking/documentation */
export async function callsIn(
  channel: AvitoChannel,
  { from, to }: Span,
  deps: CallsDeps,
  signal: AbortSignal,
): Promise<Event[]> {
  const calls = new Map<string, AvitoCall>();
  for (let offset = 0; ; offset += PAGE) {
    const body = { dateTimeFrom: rfc(from), dateTimeTo: rfc(to), limit: PAGE, offset };
    const { data } = listShape.safeParse(
      await callAvito(channel, '/calltracking/v1/getCalls/', body, signal),
    );
    if (!data) throw new ProviderTrouble(NO_CALLS);
    const known = calls.size;
    for (const each of data.calls) {
      const { data: call } = callShape.safeParse(each);
      if (call && momentOf(call.callTime) !== null) calls.set(call.callId, call);
      else await deps.odd(each, 'a call of Avito that we do not understand');
    }
    if (data.calls.length < PAGE || calls.size === known) break;
  }
  const items = await deps.itemsOf(
    [...calls.values()].flatMap(({ itemId }) => itemId ?? []),
    signal,
  );
  return [...calls.values()].flatMap((call) =>
    eventsOfCall(call, channel, items.get(call.itemId ?? '') ?? null, deps.now()),
  );
}

/**
 * Missed without talk. The buyer's number is attested, so the forwarded call on our exchange joins the same wait. A
 * call listed while ringing gets a second end, under its own name.
 */
function eventsOfCall(
  call: AvitoCall,
  channel: AvitoChannel,
  subject: Subject | null,
  receivedAt: EpochMs,
): Event[] {
  const began = momentOf(call.callTime) ?? receivedAt;
  const base = {
    call: `call-${call.callId}`,
    direction: 'in',
    outside: call.buyerPhone ?? '',
    line: call.virtualPhone ?? null,
    employee: null,
    passedOn: true,
    subject,
  } as const;
  const picked = began + Math.round((call.waitingDuration ?? 0) * SECOND);
  const place = { id: channel.id, country: 'RU' };
  const ringing = callEvent({ ...base, phase: 'ringing', at: began }, place, receivedAt);
  if (call.talkDuration === 0)
    return [
      ringing,
      callEvent({ ...base, phase: 'ended', at: picked, outcome: 'missed' }, place, receivedAt),
    ];
  const talk = { outcome: 'answered', talkSeconds: call.talkDuration, which: 'talk' } as const;
  const endedAt = picked + call.talkDuration * SECOND;
  return [
    ringing,
    callEvent({ ...base, phase: 'answered', at: picked }, place, receivedAt),
    callEvent({ ...base, ...talk, phase: 'ended', at: endedAt }, place, receivedAt),
  ];
}

/** RFC 3339; null without an offset. */
function momentOf(text: string): EpochMs | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

const rfc = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const NO_CALLS: LocalizedText = {
  ru: 'Авито ответил на запрос звонков не так, как описано в его документации',
  en: 'Avito answered the request for calls in a way that its documentation does not have',
};
