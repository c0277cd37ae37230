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
  type ClaimedReply,
  type ClockRules,
  claimReplies,
  type Db,
  markReply,
  type RecordRules,
  type ReplyOutcome,
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
import { editSent, sendReply } from './replySend.ts';
import { editedLate } from './telegram/answers.ts';

export interface RepliesDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  api(): BotApi | null;
  log: Log;
  now(): EpochMs;
}

export interface Replies {
  /** Starts what has room. */
  drain(): Promise<void>;
  idle(): Promise<void>;
}

type StaffReply = ClaimedReply<StaffFile>;

const MOST_ATTEMPTS = 8;
/** Files are held in memory. */
const AT_ONCE = { words: 20, files: 3 } as const;

/**
 * Sends employees' words and files to clients, in order within a conversation; a channel that hangs holds up no
 * other. What arrives is a person's answer. The employee is told either way: nobody may believe that an unanswered
 * client is answered.
 */
export function createReplies(
  deps: RepliesDeps,
  /** More may be due now. */
  onFree: () => void,
): Replies {
  const onTheWay = { words: new Set<Promise<void>>(), files: new Set<Promise<void>>() };
  const start = (reply: StaffReply, lane: Set<Promise<void>>): void => {
    const going: Promise<void> = (reply.sent_id === null ? passOn(reply, deps) : passEditOn(reply, deps))
      .catch((error) =>
        deps.log.error({ err: error, channel: reply.channel }, 'an answer could not be followed up'),
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
        const claimed = await claimReplies<StaffFile>(deps.store, deps.now(), room, name === 'files');
        for (const reply of claimed) start(reply, onTheWay[name]);
      }
    },
    idle: async () => {
      for (const lane of Object.values(onTheWay)) while (lane.size > 0) await Promise.all(lane);
    },
  };
}

async function passOn(reply: StaffReply, deps: RepliesDeps): Promise<void> {
  const { store, now } = deps;
  const channel = deps.config().channels.get(reply.channel);
  const sent = await sendReply(channel, reply, deps).catch((error) => fault(error, reply, deps));
  if (willBeTried(sent, reply)) return tryLater(reply, sent, deps);
  if (sent.outcome === 'sent') {
    const answer = answerOf(reply, sent, deps);
    const handle = channel && channelOf(channel).edit ? (sent.handle ?? null) : null;
    await write(reply, deps, async () => {
      await recordEvents(store, [answer], deps.rules(), now());
      await mark(reply, { state: 'sent', id: sent.id, handle }, deps, async (tx, next) => {
        await tellFate(tx, reply, 'sent', null, deps);
        if (next === 'lost') await tellEditLost(tx, reply, deps);
      });
    });
  } else {
    deps.log.error({ channel: reply.channel, problem: sent.problem }, 'an answer could not be sent');
    await write(reply, deps, () =>
      mark(reply, { state: 'failed', problem: sent.problem }, deps, (tx) =>
        tellFate(tx, reply, 'failed', sent.said ?? null, deps),
      ),
    );
  }
  if (reply.album !== null) await write(reply, deps, () => tellAlbum(reply, deps));
}

/** The client has it already. */
async function passEditOn(reply: StaffReply, deps: RepliesDeps): Promise<void> {
  const edited = await editSent(reply, deps).catch((error) => fault(error, reply, deps));
  if (willBeTried(edited, reply)) return tryLater(reply, edited, deps);
  const problem = edited.outcome === 'edited' ? null : edited.problem;
  if (problem !== null)
    deps.log.warn({ channel: reply.channel, problem }, 'an edited answer could not be edited at the client');
  await write(reply, deps, () =>
    mark(reply, { state: 'edited', problem }, deps, async (tx, next) => {
      // Those will be told.
      if (next === 'goes_on') return;
      if (problem !== null) return tellEditLost(tx, reply, deps);
      await say(
        tx,
        reply,
        `edited ${reply.edits}`,
        (client, locale) => fileTextsOf(locale, MOST_FROM_TELEGRAM).edited(client),
        deps,
      );
    }),
  );
}

type Again = Extract<Sent, { outcome: 'retry' }>;

/** It is tried again, and at last its writer is told. */
function fault(error: unknown, { channel }: StaffReply, { log }: RepliesDeps): Again {
  log.error({ err: error, channel }, 'an answer could not be handed to its channel');
  return { outcome: 'retry', afterMs: null, problem: 'a fault of our own' };
}

const willBeTried = (became: Sent | Edited, { attempts }: StaffReply): became is Again =>
  became.outcome === 'retry' && attempts < MOST_ATTEMPTS;

async function tryLater(reply: StaffReply, { afterMs, problem }: Again, deps: RepliesDeps): Promise<void> {
  deps.log.warn({ channel: reply.channel, problem, attempts: reply.attempts }, 'an answer is sent again');
  const retryAt = deps.now() + retryAfter(reply.attempts, afterMs);
  await write(reply, deps, () => mark(reply, { state: 'pending', retryAt, problem }, deps));
}

/** What is told is written with it: no crash comes between. */
async function mark(
  { id }: StaffReply,
  outcome: ReplyOutcome,
  { store, now }: RepliesDeps,
  tell: (tx: Db, next: 'goes_on' | 'lost' | null) => Promise<void> = async () => undefined,
): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await tell(tx, await markReply({ db: tx }, id, outcome, now()));
  });
}

const write = <T>({ channel }: StaffReply, { log }: RepliesDeps, work: () => Promise<T>): Promise<T> =>
  retryForever(work, (error) =>
    log.error(
      { err: error, channel },
      'what became of an answer could not be written down; it is tried again',
    ),
  );

function answerOf(reply: StaffReply, sent: { id: string; at: EpochMs }, deps: RepliesDeps): Message {
  const receivedAt = deps.now();
  const config = deps.config();
  const text = reply.text === '' ? null : reply.text;
  return {
    kind: 'message',
    channel: reply.channel,
    id: sent.id,
    thread: reply.thread,
    side: 'employee',
    author: { id: reply.person, name: null, phone: null, email: null },
    at: Math.min(sent.at, receivedAt),
    atSource: 'provider',
    receivedAt,
    seq: null,
    text: keepText(text, config.privacy.text),
    wording: wordingOf(text, {
      formalReplies: config.channels.get(reply.channel)?.policy.formalReplies ?? [],
      attached: reply.file !== null,
    }),
    link: null,
  };
}

/** Of an album only when all of it is settled. */
async function tellFate(
  tx: Db,
  reply: StaffReply,
  fate: 'sent' | 'failed',
  why: LocalizedText | null,
  deps: RepliesDeps,
): Promise<void> {
  const { mail, person, wait_id, channel, album } = reply;
  if (mail !== null)
    return tellOfReply(tx, person, { id: wait_id, channel }, { fate, why, mail }, deps.now());
  if (fate === 'sent') {
    if (album === null) await say(tx, reply, fate, (client, locale) => textsOf(locale).sentTo(client), deps);
    return;
  }
  await say(
    tx,
    reply,
    fate,
    (client, locale, waits) => {
      const texts = textsOf(locale);
      return texts.notSent(client, why?.[locale] ?? texts.notGotThrough, waits);
    },
    deps,
  );
}

async function tellAlbum(reply: StaffReply, deps: RepliesDeps): Promise<void> {
  const album = await albumState(deps.store, reply);
  if (album === null || album.open > 0 || album.sent === 0) return;
  const { sent, failed } = album;
  const text = (client: string, locale: Locale) =>
    fileTextsOf(locale, MOST_FROM_TELEGRAM).sentAlbum(client, sent, sent + failed);
  await say(deps.store.db, reply, `album ${sent} ${failed}`, text, deps);
}

async function tellEditLost(db: Db, reply: StaffReply, deps: RepliesDeps): Promise<void> {
  const person = deps.config().people.get(reply.person);
  if (!person) return;
  const text = await editedLate(reply.wait_id, person, deps.store);
  await say(db, reply, `lost ${reply.edits}`, () => text, deps);
}

/** Under the employee's words, each thing once. */
async function say(
  db: Db,
  reply: StaffReply,
  about: string,
  text: (client: string, locale: Locale, waits: boolean) => string,
  { config, store, now }: RepliesDeps,
): Promise<void> {
  const person = config().people.get(reply.person);
  if (!person || reply.chat_id === null) return;
  const [wait] = await waitsById(store, [reply.wait_id]);
  const client = (wait && clientName(wait)) ?? textsOf(person.locale).unnamed;
  await saveBotWords(
    db,
    {
      id: `relay ${reply.id} ${about}`,
      chat_id: reply.chat_id,
      message_id: reply.message_id,
      callback_id: null,
      is_alert: false,
      person: person.id,
      text: text(client, person.locale, wait !== undefined && wait.closed_at === null),
    },
    now(),
  );
}
