import {
  type Attached,
  carriedAs,
  channelOf,
  MOST_FROM_TELEGRAM,
  type StaffFile,
  type StaffUpdate,
} from '@otklik/channels';
import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type EpochMs, type Person } from '@otklik/domain';
import { albumState, editReply, type Reply, type Store, saveReply, waitsById } from '@otklik/store';
import { fileTextsOf, type Texts, textsOf } from '@otklik/texts';

interface AnswersDeps {
  config(): Config;
  readonly store: Store;
  now(): EpochMs;
}

type Words = Extract<StaffUpdate, { kind: 'words' }>;

export interface Answered {
  readonly id: string;
  readonly channel: string;
  readonly thread: string;
  readonly closed_at: EpochMs | null;
}

/** Only the first picture of an album may be a reply. null: no known album. */
export async function answeredByAlbum(
  { account, chat, message, album }: Words,
  store: Store,
): Promise<Answered | null> {
  const known = await albumState(store, { account, chat_id: chat, message_id: message, album });
  if (known === null) return null;
  return (await waitsById(store, [known.wait_id]))[0] ?? null;
}

/** null: on its way, and the reply will tell. What cannot go there is told at once, before the phone is put away. */
export async function passOn(
  update: Words,
  wait: Answered,
  person: Person,
  deps: AnswersDeps,
): Promise<string | null> {
  const attached = attachedOf(update);
  const file = attached === null || attached.kind === 'other' ? null : attached;
  const refusal = refusalOf(update, attached, wait, person, deps);
  const reply: Reply<StaffFile> = {
    id: replyId(update),
    wait_id: wait.id,
    channel: wait.channel,
    thread: wait.thread,
    person: person.id,
    text: update.text ?? '',
    file,
    file_mark: markOf(attached),
    album: update.album ?? null,
    account: update.account,
    chat_id: update.chat,
    message_id: update.message,
    mail: null,
  };
  if (refusal === null) {
    await saveReply(deps.store, reply, deps.now());
    return null;
  }
  if (reply.album === null) return refusal.said;
  // What holds for all of the album is said once.
  const known = await albumState(deps.store, reply);
  await saveReply(deps.store, reply, deps.now(), refusal.why);
  return known?.problems.includes(refusal.why) ? null : refusal.said;
}

interface Refusal {
  /** The same for all parts that it is said of. */
  readonly why: string;
  readonly said: string;
}

function refusalOf(
  { message, album, text }: Words,
  attached: Attached | null,
  { channel: id, closed_at }: Answered,
  person: Person,
  { config }: Pick<AnswersDeps, 'config'>,
): Refusal | null {
  const texts = textsOf(person.locale);
  const files = fileTextsOf(person.locale, MOST_FROM_TELEGRAM);
  const waits = closed_at === null;
  const channel = config().channels.get(id);
  const name = channelOnWait(config(), id)?.name ?? id;
  if (!channel || channelOf(channel).send === undefined)
    return { why: 'cannot write there', said: texts.cannotWrite(name, waits) };
  if (attached === null) return text === null ? { why: 'nothing', said: files.noFile('other', waits) } : null;
  if (attached.kind === 'other') return { why: attached.what, said: files.noFile(attached.what, waits) };
  const way = carriedAs(attached, channelOf(channel).carries?.(channel));
  if ('as' in way) return null;
  const isOfAll = way.why === 'nothing' || way.why === 'kind';
  return {
    why: isOfAll ? `${attached.kind}: ${way.why}` : `${message}: ${way.why}`,
    said: files.notCarried(attached.kind, way, name, waits, isOfAll && (album ?? null) !== null),
  };
}

/** A queue of an older version says whether, not what. */
function attachedOf({ attached }: { readonly attached: Attached | boolean | null }): Attached | null {
  if (typeof attached === 'object') return attached;
  return attached ? { kind: 'other', what: 'other' } : null;
}

const markOf = (attached: Attached | null): string | null =>
  attached === null ? null : attached.kind === 'other' ? attached.what : attached.uniqueId;

/** The client gets or sees the new words. null: nothing to tell yet. */
export async function edited(
  update: Extract<StaffUpdate, { kind: 'edit' }>,
  person: Person,
  { store, now }: Pick<AnswersDeps, 'store' | 'now'>,
): Promise<string | null> {
  const attached = attachedOf(update);
  if (update.text === null && attached === null) return null;
  const words = {
    text: update.text ?? '',
    file: attached === null || attached.kind === 'other' ? null : attached,
    file_mark: markOf(attached),
  };
  const reply = await editReply(store, replyId(update), words, now());
  return reply?.came === 'late' ? editedLate(reply.wait_id, person, store) : null;
}

export async function editedLate(wait_id: string, { locale }: Person, store: Store): Promise<string> {
  const [wait] = await waitsById(store, [wait_id]);
  const texts: Texts = textsOf(locale);
  return texts.editedLate((wait && clientName(wait)) ?? texts.unnamed);
}

/** Delivered twice, it is one reply. */
export const replyId = ({ account, chat, message }: Pick<Words, 'account' | 'chat' | 'message'>): string =>
  `${account}:${chat}:${message}`;
