import type { TelegramChannel } from '@otklik/config';
import type { Sent } from '../channel.ts';
import { type BotApi, botApi } from './botApi.ts';
import { storable } from './speech.ts';
import { splitText } from './splitText.ts';

const TRIES_PER_PART = 4;
/** When Telegram asks to wait longer than that between two parts, the caller is told instead of being kept. */
const LONGEST_WAIT_MS = 15_000;
/** One message a second per chat: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const USUAL_WAIT_MS = 1_000;

export type Pause = (ms: number) => Promise<void>;

/**
 * Sends an employee's words to the client in `thread`, as plain text, in several messages when they are too long for one;
 * id and time are those of the first. `retry`: nothing is known to have arrived (when only the answer got lost, trying
 * again says it twice). Once the first part is out, the rest is tried again here; `refused` then says how much arrived,
 * because repeating the whole would say the beginning twice.
 */
export async function sendToClient(
  config: TelegramChannel,
  thread: string,
  text: string,
  pause: Pause = sleep,
): Promise<Sent> {
  const chatId = Number(thread);
  const [first, ...others] = splitText(storable(text));
  if (!Number.isSafeInteger(chatId))
    return { outcome: 'refused', problem: 'the thread is not a Telegram chat' };
  if (first === undefined) return { outcome: 'refused', problem: 'the text is empty' };
  const api = botApi(config.token.reveal(), config.apiRoot);
  const sent = await api.sendMessage({ chat_id: chatId, text: first });
  if (sent.outcome === 'refused') return { outcome: 'refused', problem: sent.problem };
  if (sent.outcome === 'retry') return { outcome: 'retry', afterMs: sent.afterMs, problem: sent.problem };
  const problem = await sendRest(api, chatId, others, pause);
  if (problem !== null) return { outcome: 'refused', problem };
  const { chat, message_id: messageId, date } = sent.result;
  return { outcome: 'sent', id: `${chat.id}:${messageId}`, at: date * 1000 };
}

/** What went wrong, or null. */
async function sendRest(
  api: BotApi,
  chatId: number,
  parts: readonly string[],
  pause: Pause,
): Promise<string | null> {
  for (const [index, part] of parts.entries()) {
    const problem = await sendPart(api, chatId, part, pause);
    if (problem !== null)
      return `only ${index + 1} of ${parts.length + 1} parts reached the client: ${problem}`;
  }
  return null;
}

async function sendPart(api: BotApi, chatId: number, text: string, pause: Pause): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await api.sendMessage({ chat_id: chatId, text });
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
