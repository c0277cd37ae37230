import {
  type BotApi,
  channelOf,
  type Edited,
  MOST_FROM_TELEGRAM,
  type Sent,
  type StaffFile,
} from '@otklik/channels';
import type { Config } from '@otklik/config';
import {
  clientName,
  type EpochMs,
  keepText,
  type Locale,
  type LocalizedText,
  type Message,
  wordingOf,
} from '@otklik/domain';
import {
  albumState,
  type ClaimedRelay,
  type ClockRules,
  claimRelays,
  type Db,
  markRelay,
  type RecordRules,
  type RelayOutcome,
  recordEvents,
  type Store,
  saveBotWords,
  tellOfReply,
  waitsById,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { fileTextsOf, textsOf } from '@otklik/texts';
import { retryForever } from '@otklik/timing';
import { retryAfter } from './outbox/outcome.ts';
import { editRelayed, sendRelay } from './relaySend.ts';
import { editedLate } from './telegram/answers.ts';

export interface RelaysDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  api(): BotApi | null;
  log: Log;
  now(): EpochMs;
}

export interface Relays {
  /** Starts what has room. */
  drain(): Promise<void>;
  idle(): Promise<void>;
}

type Relayed = ClaimedRelay<StaffFile>;

const MOST_ATTEMPTS = 8;
/** Files are held in memory. */
const AT_ONCE = { words: 20, files: 3 } as const;

/**
 * Sends employees' words and files to clients, in order within a conversation; a channel that hangs holds up no
 * other. What arrives is a person's answer. The employee is told either way: nobody may believe that an unanswered
 * client is answered.
 */
export function createRelays(
  deps: RelaysDeps,
  /** More may be due now. */
  onFree: () => void,
): Relays {
  const onTheWay = { words: new Set<Promise<void>>(), files: new Set<Promise<void>>() };
  const start = (relay: Relayed, lane: Set<Promise<void>>): void => {
    const going: Promise<void> = (relay.sent_id === null ? passOn(relay, deps) : passEditOn(relay, deps))
      .catch((error) =>
        deps.log.error({ err: error, channel: relay.channel }, 'an answer could not be followed up'),
      )
      .finally(() => {
        lane.delete(going);
        onFree();
      });
    lane.add(going);
  };
  return {
    drain: async () => {
      for (const name of ['words', 'files'] as const) {
        const room = AT_ONCE[name] - onTheWay[name].size;
        if (room <= 0) continue;
        const claimed = await claimRelays<StaffFile>(deps.store, deps.now(), room, name === 'files');
        for (const relay of claimed) start(relay, onTheWay[name]);
      }
    },
    idle: async () => {
      for (const lane of Object.values(onTheWay)) while (lane.size > 0) await Promise.all(lane);
    },
  };
}

async function passOn(relay: Relayed, deps: RelaysDeps): Promise<void> {
  const { store, now } = deps;
  const channel = deps.config().channels.get(relay.channel);
  const sent = await sendRelay(channel, relay, deps).catch((error) => fault(error, relay, deps));
  if (willBeTried(sent, relay)) return tryLater(relay, sent, deps);
  if (sent.outcome === 'sent') {
    const answer = answerOf(relay, sent, deps);
    const handle = channel && channelOf(channel).edit ? (sent.handle ?? null) : null;
    await write(relay, deps, async () => {
      await recordEvents(store, [answer], deps.rules(), now());
      await mark(relay, { state: 'sent', id: sent.id, handle }, deps, async (tx, next) => {
        await tellFate(tx, relay, 'sent', null, deps);
        if (next === 'lost') await tellEditLost(tx, relay, deps);
      });
    });
  } else {
    deps.log.error({ channel: relay.channel, problem: sent.problem }, 'an answer could not be sent');
    await write(relay, deps, () =>
      mark(relay, { state: 'failed', problem: sent.problem }, deps, (tx) =>
        tellFate(tx, relay, 'failed', sent.said ?? null, deps),
      ),
    );
  }
  if (relay.album !== null) await write(relay, deps, () => tellAlbum(relay, deps));
}

/** The client has it already. */
async function passEditOn(relay: Relayed, deps: RelaysDeps): Promise<void> {
  const edited = await editRelayed(relay, deps).catch((error) => fault(error, relay, deps));
  if (willBeTried(edited, relay)) return tryLater(relay, edited, deps);
  const problem = edited.outcome === 'edited' ? null : edited.problem;
  if (problem !== null)
    deps.log.warn({ channel: relay.channel, problem }, 'an edited answer could not be edited at the client');
  await write(relay, deps, () =>
    mark(relay, { state: 'edited', problem }, deps, async (tx, next) => {
      // Those will be told.
      if (next === 'goes_on') return;
      if (problem !== null) return tellEditLost(tx, relay, deps);
      await say(
        tx,
        relay,
        `edited ${relay.edits}`,
        (client, locale) => fileTextsOf(locale, MOST_FROM_TELEGRAM).edited(client),
        deps,
      );
    }),
  );
}

type Again = Extract<Sent, { outcome: 'retry' }>;

/** It is tried again, and at last its writer is told. */
function fault(error: unknown, { channel }: Relayed, { log }: RelaysDeps): Again {
  log.error({ err: error, channel }, 'an answer could not be handed to its channel');
  return { outcome: 'retry', afterMs: null, problem: 'a fault of our own' };
}

const willBeTried = (became: Sent | Edited, { attempts }: Relayed): became is Again =>
  became.outcome === 'retry' && attempts < MOST_ATTEMPTS;

async function tryLater(relay: Relayed, { afterMs, problem }: Again, deps: RelaysDeps): Promise<void> {
  deps.log.warn({ channel: relay.channel, problem, attempts: relay.attempts }, 'an answer is sent again');
  const retryAt = deps.now() + retryAfter(relay.attempts, afterMs);
  await write(relay, deps, () => mark(relay, { state: 'pending', retryAt, problem }, deps));
}

/** What is told is written with it: no crash comes between. */
async function mark(
  { id }: Relayed,
  outcome: RelayOutcome,
  { store, now }: RelaysDeps,
  tell: (tx: Db, next: 'goes_on' | 'lost' | null) => Promise<void> = async () => undefined,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await tell(tx, await markRelay({ db: tx }, id, outcome, now()));
  });
}

const write = <T>({ channel }: Relayed, { log }: RelaysDeps, work: () => Promise<T>): Promise<T> =>
  retryForever(work, (error) =>
    log.error(
      { err: error, channel },
      'what became of an answer could not be written down; it is tried again',
    ),
  );

function answerOf(relay: Relayed, sent: { id: string; at: EpochMs }, deps: RelaysDeps): Message {
  const receivedAt = deps.now();
  const config = deps.config();
  const text = relay.text === '' ? null : relay.text;
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
    text: keepText(text, config.privacy.text),
    wording: wordingOf(text, {
      formalReplies: config.channels.get(relay.channel)?.policy.formalReplies ?? [],
      attached: relay.file !== null,
    }),
    link: null,
  };
}

/** Of an album only when all of it is settled. */
async function tellFate(
  tx: Db,
  relay: Relayed,
  fate: 'sent' | 'failed',
  why: LocalizedText | null,
  deps: RelaysDeps,
): Promise<void> {
  const { mail, person, wait_id, channel, album } = relay;
  if (mail !== null)
    return tellOfReply(tx, person, { id: wait_id, channel }, { fate, why, mail }, deps.now());
  if (fate === 'sent') {
    if (album === null) await say(tx, relay, fate, (client, locale) => textsOf(locale).sentTo(client), deps);
    return;
  }
  await say(
    tx,
    relay,
    fate,
    (client, locale, waits) => {
      const texts = textsOf(locale);
      return texts.notSent(client, why?.[locale] ?? texts.notGotThrough, waits);
    },
    deps,
  );
}

async function tellAlbum(relay: Relayed, deps: RelaysDeps): Promise<void> {
  const album = await albumState(deps.store, relay);
  if (album === null || album.open > 0 || album.sent === 0) return;
  const { sent, failed } = album;
  const text = (client: string, locale: Locale) =>
    fileTextsOf(locale, MOST_FROM_TELEGRAM).sentAlbum(client, sent, sent + failed);
  await say(deps.store.db, relay, `album ${sent} ${failed}`, text, deps);
}

async function tellEditLost(db: Db, relay: Relayed, deps: RelaysDeps): Promise<void> {
  const person = deps.config().people.get(relay.person);
  if (!person) return;
  const text = await editedLate(relay.wait_id, person, deps.store);
  await say(db, relay, `lost ${relay.edits}`, () => text, deps);
}

/** Under the employee's words, each thing once. */
async function say(
  db: Db,
  relay: Relayed,
  about: string,
  text: (client: string, locale: Locale, waits: boolean) => string,
  { config, store, now }: RelaysDeps,
): Promise<void> {
  const person = config().people.get(relay.person);
  if (!person || relay.chat_id === null) return;
  const [wait] = await waitsById(store, [relay.wait_id]);
  const client = (wait && clientName(wait)) ?? textsOf(person.locale).unnamed;
  await saveBotWords(
    db,
    {
      id: `relay ${relay.id} ${about}`,
      chat_id: relay.chat_id,
      message_id: relay.message_id,
      callback_id: null,
      is_alert: false,
      person: person.id,
      text: text(client, person.locale, wait !== undefined && wait.closed_at === null),
    },
    now(),
  );
}
