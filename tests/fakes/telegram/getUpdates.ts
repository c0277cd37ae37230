import type { FakeBot } from './bot.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';
import type { Kept } from './updateQueue.ts';

export interface Poll {
  wake(): void;
  end(reason: Refusal): void;
}

const LONGEST_S = 50;
const BATCH = 100;

/** https://core.telegram.org/bots/api#update, Bot API 10.3. */
const KINDS = new Set(
  `message edited_message channel_post edited_channel_post business_connection business_message edited_business_message
  deleted_business_messages guest_message message_reaction message_reaction_count inline_query chosen_inline_result
  callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member
  chat_join_request chat_boost removed_chat_boost managed_bot subscription stopped_message_generation`.split(
    /\s+/,
  ),
);

/** https://core.telegram.org/bots/api#getupdates. Updates stay until a higher offset is requested. */
export async function getUpdates(call: Call): Promise<unknown> {
  const { bot, params } = call;
  const offset = params.integer('offset') ?? 0;
  const limit = Math.min(Math.max(params.integer('limit') ?? BATCH, 1), BATCH);
  const timeoutS = Math.min(Math.max(params.integer('timeout') ?? 0, 0), LONGEST_S);
  const allowed = readAllowedUpdates(call);
  if (bot.webhook !== null) {
    throw Refusal.conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  bot.poll?.end(
    Refusal.conflict(
      'terminated by other getUpdates request; make sure that only one bot instance is running',
    ),
  );
  if (allowed !== null) bot.allowedUpdates = allowed;
  const take = () => bot.queue.take(offset, limit, bot.telegram.clock.now());
  let batch = take();
  if (batch.length === 0 && timeoutS > 0) {
    await somethingHappens(bot, timeoutS * 1000, call.hungUp);
    batch = take();
  }
  return ordered(bot, batch).map(({ update }) => update);
}

/** null: the last list stays in force. */
export function readAllowedUpdates({ bot, params, method }: Call): string[] | null {
  const kinds = params.list('allowed_updates');
  if (kinds === null) return null;
  return kinds.map((kind) => {
    if (typeof kind !== 'string') throw Refusal.malformed('allowed_updates must be an array of strings');
    if (!KINDS.has(kind)) bot.telegram.complain(bot, method, `unknown kind of update "${kind}"`);
    return kind;
  });
}

function somethingHappens(bot: FakeBot, timeoutMs: number, hungUp: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  const poll: Poll = { wake: resolve, end: reject };
  const leave = () => resolve();
  hungUp.addEventListener('abort', leave, { once: true });
  bot.poll = poll;
  bot.telegram.changes.happened();
  return promise.finally(() => {
    clearTimeout(timer);
    hungUp.removeEventListener('abort', leave);
    if (bot.poll === poll) bot.poll = null;
  });
}

function ordered(bot: FakeBot, batch: Kept[]): Kept[] {
  if (!bot.misordersNext || batch.length < 2) return batch;
  bot.misordersNext = false;
  return batch.toReversed();
}
