import type { LocalizedText, Memory, Outgoing, Sent } from '../channel.ts';
import { type Carries, MB, type OutgoingFile } from '../files.ts';
import { formFile } from '../provider/formFile.ts';
import { storableText } from '../provider/storable.ts';
import { EMPTY_TEXT, ONLY_FILE, unsent } from '../provider/unsent.ts';
import { type BotApi, botApi, type FileMethod, type SentMessage } from './botApi.ts';
import type { CallOutcome } from './callOutcome.ts';
import type { TelegramChannel } from './config.ts';
import { CONNECTIONS, groupName, readConnection, readGroup } from './facts.ts';
import { handleOf } from './sentHandle.ts';
import { splitText } from './splitText.ts';
import { targetOf } from './threads.ts';

const TRIES_PER_PART = 4;
/** The caller is told of longer waits between parts. */
const LONGEST_WAIT_MS = 15_000;
/** One message a second per chat: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const USUAL_WAIT_MS = 1_000;

export type Pause = (ms: number) => Promise<void>;

/**
 * Plain text, split if long; id and time are the first part's. `retry`: nothing known to have arrived (a lost answer
 * means a duplicate). After the first part the rest is retried here; `refused` then says how much arrived.
 */
export async function sendToClient(
  config: TelegramChannel,
  { thread, text, file }: Pick<Outgoing, 'thread' | 'text' | 'file'>,
  memory: Memory,
  pause: Pause = sleep,
): Promise<Sent> {
  const [first, ...others] = partsOf(storableText(text), file);
  const where = await placeOf(thread, memory);
  if (where === null) return unsent({ ru: 'это не чат Telegram', en: 'the thread is not a Telegram chat' });
  if ('said' in where) return unsent(where.said);
  if (first === undefined) return EMPTY_TEXT;
  const api = botApi(config.token.reveal(), config.apiRoot);
  const sent = await callFor(first, api, where.params);
  if (sent.outcome === 'refused')
    return { outcome: 'refused', problem: sent.problem, ...saidOf(sent.problem) };
  if (sent.outcome === 'retry') return { outcome: 'retry', afterMs: sent.afterMs, problem: sent.problem };
  const rest = await sendRest(api, where.params, others, file !== undefined, pause);
  if (rest !== null) return { outcome: 'refused', ...rest };
  const { message_id: messageId, date } = sent.result;
  const found = others.length === 0 ? { handle: handleOf(messageId, file !== undefined) } : {};
  return { outcome: 'sent', id: `${where.prefix}:${messageId}`, at: date * 1000, ...found };
}

type Part =
  | { readonly text: string; readonly file?: undefined }
  | { readonly text: string; readonly file: OutgoingFile };

/** https://core.telegram.org/bots/api#sendphoto, `caption` */
export const CAPTION_LIMIT = 1024;

/** The file first, with its caption, so that a refusal concerns the file. */
function partsOf(text: string, file: OutgoingFile | undefined): Part[] {
  const texts = splitText(text).map((each) => ({ text: each }));
  if (file === undefined) return texts;
  const caption = text.trim();
  return caption.length <= CAPTION_LIMIT ? [{ text: caption, file }] : [{ text: '', file }, ...texts];
}

/** Upload limits: https://core.telegram.org/bots/api#sending-files */
export const TELEGRAM_CARRIES: Carries = {
  photo: { most: 10 * MB, types: ['image/jpeg', 'image/png', 'image/webp'] },
  video: { most: 50 * MB },
  voice: { most: 50 * MB },
  audio: { most: 50 * MB },
  document: { most: 50 * MB },
};

const METHODS = {
  photo: ['sendPhoto', 'photo'],
  video: ['sendVideo', 'video'],
  voice: ['sendVoice', 'voice'],
  audio: ['sendAudio', 'audio'],
  document: ['sendDocument', 'document'],
} as const satisfies Record<OutgoingFile['kind'], readonly [FileMethod, string]>;

function callFor(
  { text, file }: Part,
  api: BotApi,
  params: Where['params'],
): Promise<CallOutcome<SentMessage>> {
  if (file === undefined) return api.sendMessage({ ...params, text });
  const [method, field] = METHODS[file.kind];
  return api.sendFile(method, {
    ...params,
    ...(text === '' ? {} : { caption: text }),
    ...(file.kind === 'video' && { width: file.width, height: file.height, supports_streaming: true }),
    ...(file.kind !== 'photo' && file.kind !== 'document' && { duration: file.seconds }),
    [field]: formFile(file),
  });
}

/** `prefix` of the place's event ids: see turn.ts. */
type Where = {
  readonly prefix: string;
  readonly params: { readonly chat_id: number } & Record<string, unknown>;
};

export async function placeOf(
  thread: string,
  memory: Memory,
): Promise<Where | { said: LocalizedText } | null> {
  const target = targetOf(thread);
  if (target === null) return null;
  if (target.kind === 'business') {
    const connection = target.connection ?? (await connectionOf(target.user, memory));
    if (connection === null)
      return {
        said: {
          ru: 'аккаунт сотрудника больше не подключён к боту: подключите его в Telegram',
          en: 'the employee’s account is not connected to the bot any more: connect it in Telegram',
        },
      };
    return { prefix: thread, params: { chat_id: target.chat, business_connection_id: connection } };
  }
  const name = groupName(target.chat);
  const moved = readGroup((await memory.recall([name])).get(name))?.movedTo;
  const chat = moved ?? target.chat;
  return { prefix: String(chat), params: { chat_id: chat, ...target.params } };
}

/** The account's latest connection; reconnecting makes a new one. */
async function connectionOf(user: number | null, memory: Memory): Promise<string | null> {
  const found = [...(await memory.recallAll(CONNECTIONS))]
    .map(([name, text]) => ({ id: name.slice(CONNECTIONS.length), fact: readConnection(text) }))
    .filter(({ fact }) => fact?.enabled === true && fact.user === user)
    .toSorted((a, b) => (b.fact?.since ?? 0) - (a.fact?.since ?? 0));
  return found[0]?.id ?? null;
}

/** Resolves with the problem, or null. */
async function sendRest(
  api: BotApi,
  params: Where['params'],
  parts: readonly Part[],
  hasFile: boolean,
  pause: Pause,
): Promise<{ problem: string; said: LocalizedText } | null> {
  for (const [index, part] of parts.entries()) {
    const problem = await sendPart(api, params, part, pause);
    if (problem === null) continue;
    const [done, all] = [index + 1, parts.length + 1];
    if (index === 0 && hasFile)
      return { problem: `only the file reached the client: ${problem}`, said: ONLY_FILE };
    return {
      problem: `only ${done} of ${all} parts reached the client: ${problem}`,
      said: {
        ru: `до клиента дошло только начало, ${done} из ${all} частей: отправьте остальное в самом чате`,
        en: `only the beginning reached the client, ${done} of ${all} parts: send the rest in the chat itself`,
      },
    };
  }
  return null;
}

/** https://core.telegram.org/api/errors */
const REFUSALS: readonly (readonly [RegExp, LocalizedText])[] = [
  [/blocked by the user/i, { ru: 'клиент заблокировал бота', en: 'the client has blocked the bot' }],
  [/user is deactivated/i, { ru: 'аккаунт клиента удалён', en: 'the client’s account is deleted' }],
  [
    /bot was kicked|not a member/i,
    { ru: 'бота убрали из этого чата', en: 'the bot was removed from this chat' },
  ],
  [/chat not found|peer_id_invalid/i, { ru: 'этого чата больше нет', en: 'this chat is gone' }],
  [
    /voice_messages_forbidden/i,
    {
      ru: 'клиент не принимает голосовые: напишите или пришлите файлом',
      en: 'the client takes no voice messages: write, or send it as a file',
    },
  ],
  [
    /not enough rights|have no rights|chat_write_forbidden|topic_closed/i,
    { ru: 'боту не разрешено писать в этот чат', en: 'the bot may not write to this chat' },
  ],
];
function saidOf(problem: string): { said?: LocalizedText } {
  const said = REFUSALS.find(([pattern]) => pattern.test(problem))?.[1];
  return said === undefined ? {} : { said };
}

async function sendPart(
  api: BotApi,
  params: Where['params'],
  part: Part,
  pause: Pause,
): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await callFor(part, api, params);
    if (sent.outcome === 'ok') return null;
    if (sent.outcome === 'refused' || attempt === TRIES_PER_PART) return sent.problem;
    const afterMs = sent.afterMs ?? USUAL_WAIT_MS;
    if (afterMs > LONGEST_WAIT_MS) return sent.problem;
    await pause(afterMs);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
