import type { AvitoChannel } from '@otklik/config';
import type { EpochMs, Event, Privacy } from '@otklik/domain';
import { z } from 'zod';
import type { Said } from '../channel.ts';
import { eventOf } from '../phone/callFact.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { spokenEvent } from '../provider/spoken.ts';
import { callAvito } from './api.ts';

interface Found {
  readonly events: Event[];
  readonly gaps: Said[];
}

const number = z.union([z.number(), z.string()]).transform(String);
const callsShape = z.object({
  calls: z.array(
    z.looseObject({
      callId: number,
      buyerPhone: number.nullish(),
      virtualPhone: number.nullish(),
      callTime: z.string(),
      talkDuration: z.number(),
      waitingDuration: z.number().nullish(),
    }),
  ),
});

const PAGE = 100;

/**
 * Calls by Avito's numbers: missed when nobody talked. The buyer's number is attested, so that the same call on the
 * company's own exchange, to which Avito passes it on, is of the same client and of the same wait.
 */
export async function callsIn(
  channel: AvitoChannel,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  receivedAt: EpochMs,
  signal: AbortSignal,
): Promise<Found> {
  const events: Event[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const body = { dateTimeFrom: rfc(from), dateTimeTo: rfc(to), limit: PAGE, offset };
    const { data } = callsShape.safeParse(
      await callAvito(channel, '/calltracking/v1/getCalls/', body, signal),
    );
    if (!data) throw new ProviderTrouble(NO_CALLS);
    for (const call of data.calls) {
      const began = Date.parse(call.callTime);
      if (Number.isNaN(began)) continue;
      const base = {
        call: `call-${call.callId}`,
        direction: 'in',
        outside: call.buyerPhone ?? '',
        line: call.virtualPhone ?? null,
        employee: null,
      } as const;
      const waited = (call.waitingDuration ?? 0) * 1_000;
      const isTalk = call.talkDuration > 0;
      const place = { id: channel.id, country: 'RU' };
      events.push(
        eventOf({ ...base, phase: 'ringing', at: began }, place, receivedAt),
        ...(isTalk ? [eventOf({ ...base, phase: 'answered', at: began + waited }, place, receivedAt)] : []),
        eventOf(
          {
            ...base,
            phase: 'ended',
            at: began + waited + call.talkDuration * 1_000,
            outcome: isTalk ? 'answered' : 'missed',
            talkSeconds: call.talkDuration,
          },
          place,
          receivedAt,
        ),
      );
    }
    if (data.calls.length < PAGE) return { events, gaps: [] };
  }
}

const rfc = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const reviewsShape = z.object({
  reviews: z.array(
    z.looseObject({
      id: number,
      createdAt: z.number(),
      text: z.string().nullish(),
      sender: z.looseObject({ name: z.string().optional() }).nullish(),
      answer: z.looseObject({ createdAt: z.number(), text: z.string().nullish() }).nullish(),
    }),
  ),
});

/** The newest reviews, each a comment, and our answers to them. */
export async function reviewsIn(
  channel: AvitoChannel,
  { from }: { readonly from: EpochMs },
  privacy: Privacy,
  receivedAt: EpochMs,
  signal: AbortSignal,
): Promise<Found> {
  const { data } = reviewsShape.safeParse(
    await callAvito(channel, '/ratings/v1/reviews?offset=0&limit=50', null, signal),
  );
  if (!data) throw new ProviderTrouble(NO_REVIEWS);
  const events = data.reviews.flatMap(({ id, createdAt, text, sender, answer }) => {
    const name = `review/${id}`;
    const link = 'https://www.avito.ru/profile/reviews';
    const base = { kind: 'comment', thread: name, link } as const;
    const asked = createdAt * 1_000;
    const said = spokenEvent(
      {
        ...base,
        id: name,
        side: 'client',
        author: { id: name, name: sender?.name ?? null },
        at: asked,
        text: text ?? null,
      },
      channel,
      privacy,
      receivedAt,
    );
    const answered = answer && answer.createdAt * 1_000;
    return [
      ...(asked >= from ? [said] : []),
      ...(answer && answered && answered >= from
        ? [
            spokenEvent(
              {
                ...base,
                id: `${name}/answer`,
                side: 'unknown',
                author: { id: channel.userId },
                at: answered,
                text: answer.text ?? null,
              },
              channel,
              privacy,
              receivedAt,
            ),
          ]
        : []),
    ];
  });
  return { events, gaps: [] };
}

const NO_CALLS: Said = {
  ru: 'Авито ответил на запрос звонков не так, как описано в его документации',
  en: 'Avito answered the request for calls in a way that its documentation does not have',
};
const NO_REVIEWS: Said = {
  ru: 'Авито ответил на запрос отзывов не так, как описано в его документации',
  en: 'Avito answered the request for reviews in a way that its documentation does not have',
};
