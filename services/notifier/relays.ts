import { type BotApi, channelOf, type Said, type Sent } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { clientName, type EpochMs, keepText, type Message, wordingOf } from '@otklik/domain';
import {
  type ClockRules,
  channelMemory,
  claimRelays,
  markRelay,
  type RecordRules,
  type Relay,
  recordEvents,
  type Store,
  tellOfReply,
  waitsById,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { insist } from './insist.ts';
import { retryAfter } from './outbox.ts';
import { escapeHtml } from './telegram/message.ts';
import { viaListener } from './viaListener.ts';
import { textsOf } from './words/texts.ts';

export interface RelaysWorld {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  api(): BotApi | null;
  log: Log;
  now(): EpochMs;
}

const MOST_ATTEMPTS = 8;

/**
 * Sends employees' words on to their clients. What reaches the client is a person's answer and is recorded as one; the
 * employee is told what became of it either way: they must never believe that an unanswered client is answered.
 */
export async function drainRelays(world: RelaysWorld): Promise<void> {
  const claimed = await claimRelays(world.store, world.now(), 20);
  await Promise.all(claimed.map((relay) => passOn(relay, world)));
}

async function passOn(relay: Relay & { attempts: number }, world: RelaysWorld): Promise<void> {
  const { store, now } = world;
  const channel = world.config().channels.get(relay.channel);
  const send = channel ? channelOf(channel).send : undefined;
  const sent: Sent =
    channel && send
      ? await send(channel, relay, {
          memory: channelMemory(store, channel.id),
          now,
          viaListener: (outgoing) => viaListener(store, channel.id, outgoing),
        })
      : { outcome: 'refused', problem: GONE.en, said: GONE };
  const write = (work: () => Promise<void>) =>
    insist(work, (error) =>
      world.log.error(
        { err: error, channel: relay.channel },
        'what became of an answer could not be written down; it is tried again',
      ),
    );
  if (sent.outcome === 'retry' && relay.attempts < MOST_ATTEMPTS) {
    world.log.warn(
      { channel: relay.channel, problem: sent.problem, attempts: relay.attempts },
      'an answer is sent again',
    );
    const retryAt = now() + retryAfter(relay.attempts, sent.afterMs);
    return write(() => markRelay(store, relay.id, { state: 'pending', retryAt, problem: sent.problem }));
  }
  if (sent.outcome === 'sent') {
    const answer = answerOf(relay, sent, world);
    await write(async () => {
      await recordEvents(store, [answer], world.rules(), now());
      await mark(relay, { state: 'sent' }, 'sent', null, world);
    });
    return tell(relay, null, world);
  }
  world.log.error({ channel: relay.channel, problem: sent.problem }, 'an answer could not be sent');
  await write(() =>
    mark(relay, { state: 'failed', problem: sent.problem }, 'failed', sent.said ?? null, world),
  );
  await tell(relay, { said: sent.said ?? null }, world);
}

/** Whoever wrote it in a mail reads what became of it by mail: that is written with it. */
async function mark(
  { id, mail, person, wait_id, channel }: Relay,
  outcome: { state: 'sent' } | { state: 'failed'; problem: string },
  fate: 'sent' | 'failed',
  why: Said | null,
  { store, now }: RelaysWorld,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await markRelay({ db: tx }, id, outcome);
    if (mail !== null) await tellOfReply(tx, person, { id: wait_id, channel }, { fate, why, mail }, now());
  });
}

function answerOf(relay: Relay, sent: { id: string; at: EpochMs }, world: RelaysWorld): Message {
  const receivedAt = world.now();
  const config = world.config();
  return {
    kind: 'message',
    channel: relay.channel,
    id: sent.id,
    thread: relay.thread,
    side: 'employee',
    author: { id: relay.person, name: null, phone: null, email: null },
    at: Math.min(sent.at, receivedAt),
    atSource: 'provider',
    receivedAt,
    seq: null,
    text: keepText(relay.text, config.privacy.text),
    wording: wordingOf(relay.text, {
      formalReplies: config.channels.get(relay.channel)?.policy.formalReplies ?? [],
      attached: false,
    }),
    link: null,
  };
}

const GONE: Said = {
  ru: 'канала больше нет в настройках',
  en: 'the channel is not configured any more',
};

/** `failed`: why they did not get through, as far as it can be said; null: they did. */
async function tell(
  relay: Relay,
  failed: { readonly said: Said | null } | null,
  world: RelaysWorld,
): Promise<void> {
  const person = world.config().people.get(relay.person);
  const bot = world.api();
  if (!person || !bot || relay.chat_id === null || relay.message_id === null) return;
  const texts = textsOf(person.locale);
  const [wait] = await waitsById(world.store, [relay.wait_id]);
  const client = (wait && clientName(wait)) ?? texts.unnamed;
  const told = await bot.sendMessage({
    chat_id: relay.chat_id,
    text: escapeHtml(
      failed === null
        ? texts.sentTo(client)
        : texts.notSent(
            client,
            failed.said?.[person.locale] ?? texts.notGotThrough,
            wait !== undefined && wait.closed_at === null,
          ),
    ),
    parse_mode: 'HTML',
    reply_parameters: { message_id: relay.message_id, allow_sending_without_reply: true },
  } as never);
  if (told.outcome !== 'ok')
    world.log.warn({ problem: told.problem }, 'an employee could not be told what became of their answer');
}
