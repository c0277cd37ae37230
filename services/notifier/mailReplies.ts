import { createHash } from 'node:crypto';
import { canAnswer, type StaffMail } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { DAY, type EpochMs, HOUR } from '@otklik/domain';
import {
  type AnsweredMail,
  mailAnswered,
  type NamedWait,
  type ReplyFate,
  repliesToldSince,
  type Store,
  saveReply,
  tellOfReply,
  waitsById,
  wasSaid,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { quotesPing } from './messages/mailReply.ts';

export interface MailRepliesDeps {
  config(): Config;
  store: Store;
  log: Log;
  now(): EpochMs;
}

/** More, and two machines answer each other. */
const MOST_IN_AN_HOUR = 60;
/** Then the words may be wrong. */
const TOO_LATE_MS = DAY;

/**
 * A reply to a ping by mail goes to the client, or its writer reads why not. It must answer a mail that really went
 * to that person. Doing it twice changes nothing.
 */
export async function handleMailReply(reply: StaffMail, deps: MailRepliesDeps): Promise<void> {
  const { store, log, now } = deps;
  const people = [...deps.config().people.values()].filter(
    ({ email }) => email?.toLowerCase() === reply.from,
  );
  const about = { channel: reply.channel, person: people[0]?.id };
  if (people[0] === undefined) return log.warn(about, 'a reply to a ping is of nobody in otklik.yaml');
  const ids = people.map(({ id }) => id);
  const answered = await mailAnswered(store, ids, reply.about);
  const person = answered?.person ?? people[0].id;
  if ((await repliesToldSince(store, person, now() - HOUR)) >= MOST_IN_AN_HOUR)
    return log.error(about, 'so many replies by mail come that a machine must write them; they go to nobody');
  const [wait, ...others] = answered === null ? [] : await waitsById(store, answered.waits);
  const fate = others.length > 0 ? 'unclear' : wait === undefined ? 'unknown' : fateOf(reply, wait, deps);
  if (await isMachines(reply, answered, fate, wait, store))
    return log.warn(about, 'a reply to what we say of replies says nothing new: a machine has written it');
  const mail = {
    messageId: reply.messageId,
    references: reply.references,
    pictures: reply.attached === 'pictures',
  };
  if (fate !== null) {
    await store.db
      .transaction()
      .execute((tx) =>
        tellOfReply(tx, person, others.length > 0 ? null : (wait ?? null), { fate, why: null, mail }, now()),
      );
    return;
  }
  if (wait === undefined) return;
  const { id, channel, thread } = wait;
  await saveReply(
    store,
    {
      id: replyId(person, reply.messageId),
      wait_id: id,
      channel,
      thread,
      person,
      text: reply.text,
      account: reply.channel,
      chat_id: null,
      message_id: null,
      mail,
    },
    now(),
  );
}

/** Short: some providers take our ids as theirs. */
const replyId = (person: string, messageId: string): string =>
  `mail:${createHash('sha256').update(`${person} ${messageId}`).digest('hex').slice(0, 32)}`;

/** null: they go. */
function fateOf({ text, attached, at }: StaffMail, wait: NamedWait, deps: MailRepliesDeps): ReplyFate | null {
  const channel = deps.config().channels.get(wait.channel);
  if (!channel || !canAnswer(channel)) return 'cannot';
  if (attached === 'files') return 'files';
  if (text === '') return 'empty';
  if (quotesPing(text, wait)) return 'quoted';
  return deps.now() - at > TOO_LATE_MS ? 'late' : null;
}

/** A hidden machine would answer our notes for ever. */
async function isMachines(
  { text }: StaffMail,
  answered: (AnsweredMail & { readonly person: string }) | null,
  fate: ReplyFate | null,
  wait: NamedWait | undefined,
  store: Store,
): Promise<boolean> {
  if (answered === null || answered.told === null) return false;
  if (fate !== null) return fate === answered.told;
  return wait !== undefined && (await wasSaid(store, wait.id, answered.person, text));
}
