import type { Config } from '@otklik/config';
import { type Event, MINUTE } from '@otklik/domain';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import type { Poll } from '../provider/reconcile.ts';
import { callsIn } from './calls.ts';
import { type ChangedChat, changedChats, messagesSince, type Odd, ReadChats } from './chats.ts';
import type { AvitoChannel } from './config.ts';
import { itemsOf } from './items.ts';
import { reviewsIn } from './reviews.ts';
import { type Found, readSecondary, type Span } from './secondaryFeed.ts';
import { keepSubscribed } from './subscription.ts';

type World = Pick<ListenerDeps, 'now' | 'deliver' | 'quarantine' | 'memory'>;

/** Subscription, chats with news, optionally calls, reviews every five minutes. A quiet minute costs three calls. */
export function pollAvito(channel: AvitoChannel, config: Config, deps: World): Poll {
  const items = itemsOf(channel, deps);
  const odd = onceEach(deps);
  const readChats = chatsReader(channel, config, deps, odd, ({ item, subject }) => {
    if (item !== null && subject) items.learn(item, subject);
  });
  const calls = {
    name: 'calls',
    said: { ru: 'звонки Авито', en: 'calls of Avito' },
    everyMs: 0,
    read: (span: Span, signal: AbortSignal) =>
      callsIn(channel, span, { now: deps.now, itemsOf: items.of, odd }, signal),
  };
  const reviews = {
    name: 'reviews',
    said: { ru: 'отзывы Авито', en: 'reviews of Avito' },
    everyMs: 5 * MINUTE,
    read: (span: Span, signal: AbortSignal) =>
      reviewsIn(channel, span, { privacy: config.privacy, now: deps.now, odd }, signal),
  };
  const beside = [...(channel.calls ? [calls] : []), ...(channel.reviews ? [reviews] : [])].map((each) =>
    readSecondary(each, deps),
  );
  return async (span, signal) => {
    const gaps = await keepSubscribed(channel, config, signal);
    const found: Found[] = [await readChats(span, signal)];
    for (const read of beside) found.push(await read(span, signal));
    return {
      events: found.flatMap(({ events }) => events),
      gaps: [...gaps, ...found.flatMap((each) => each.gaps)],
      kept: async () => {
        for (const { kept } of found) await kept();
      },
    };
  };
}

function chatsReader(
  channel: AvitoChannel,
  config: Config,
  deps: World,
  odd: Odd,
  learn: (chat: ChangedChat) => void,
): (span: Span, signal: AbortSignal) => Promise<Found> {
  const read = new ReadChats();
  return async ({ from }, signal) => {
    const { chats, isCut } = await changedChats(channel, from, odd, signal);
    const events: Event[] = [];
    const done: ChangedChat[] = [];
    const kept = async () => read.add(done, from, deps.now());
    for (const chat of chats) {
      learn(chat);
      if (read.has(chat, from)) continue;
      try {
        events.push(...(await messagesSince(channel, chat, from, config, deps.now(), odd, signal)));
        done.push(chat);
      } catch (error) {
        // Under a rate limit the next look continues from here.
        if (events.length > 0 && !signal.aborted) await deps.deliver({ events, staff: [] });
        await kept();
        throw error;
      }
    }
    return { events, gaps: isCut ? [TOO_MANY] : [], kept };
  };
}

/** Quarantines each body once, as the list repeats it. */
function onceEach(deps: Pick<World, 'quarantine'>): Odd {
  const seen = new Set<string>();
  return async (body, reason) => {
    const name = JSON.stringify(body);
    if (seen.has(name)) return;
    await deps.quarantine(body, reason);
    if (seen.size >= 1_000) seen.clear();
    seen.add(name);
  };
}

const TOO_MANY: LocalizedText = {
  ru: 'за время без связи изменилось больше чатов, чем Авито показывает (1100): посмотрите самые старые в самом Авито',
  en: 'more chats changed while we were away than Avito shows (1,100): look at the oldest in Avito itself',
};
