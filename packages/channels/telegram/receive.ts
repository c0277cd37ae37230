import { createHash, timingSafeEqual } from 'node:crypto';
import type { HookRequest, Memory, Received } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import { botApi } from './botApi.ts';
import { readUpdates } from './readUpdates.ts';

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

type Refused = Extract<Received, { outcome: 'refused' }>;

/**
 * https://core.telegram.org/bots/api#setwebhook. Without a 2xx Telegram repeats it for 24 h and holds back the chat.
 * Rejects when needed facts are unavailable, so that it comes again.
 */
export async function receiveTelegram(
  account: TelegramAccount,
  request: HookRequest,
  memory: Memory,
): Promise<Received> {
  if (!isFromTelegram(account, request)) return REFUSED_SECRET;
  const parsed = parseBody(request.body);
  if ('refused' in parsed) return parsed.refused;
  const read = await readUpdates([parsed.update], {
    account,
    memory,
    api: botApi(account.token.reveal(), account.apiRoot),
    receivedAt: request.receivedAt,
  });
  // Harmless if delivered again: it does not change the event.
  await read.remember();
  // A refusal would hold back the chat for a day.
  return {
    outcome: 'accepted',
    delivery: read.delivery,
    quarantine: read.faults[0]?.fault ?? null,
    answer: () => ({ status: 200, body: {} }),
  };
}

function isFromTelegram({ channel }: TelegramAccount, { headers }: HookRequest): boolean {
  const expected = channel?.secret?.reveal() ?? '';
  const given = headers[SECRET_HEADER];
  return expected !== '' && typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}

/** Equal lengths, so that the comparison does not leak the secret's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function parseBody(body: Buffer): { update: unknown } | { refused: Refused } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { refused: refuse('encoding', 'Not UTF-8', 'the body must be JSON in UTF-8') };
  }
  try {
    return { update: JSON.parse(text) };
  } catch {
    return { refused: refuse('json', 'Not JSON', 'the body must be one update as a JSON object') };
  }
}

function refuse(reason: 'encoding' | 'json', title: string, detail: string): Refused {
  return {
    outcome: 'refused',
    status: 400,
    reason,
    title,
    detail,
    faults: [{ path: '', message: detail }],
  };
}

const REFUSED_SECRET: Refused = {
  outcome: 'refused',
  status: 401,
  reason: 'signature',
  title: 'Not from Telegram',
  detail: `the header ${SECRET_HEADER} is missing or wrong`,
  faults: [],
};
