import type { BotApi, FromStaff } from '@otklik/channels';
import { MINUTE } from '@otklik/domain';
import { openQueue } from '@otklik/queue';
import { createGuesses } from '@otklik/store';
import { handleMailReply } from './mailReplies.ts';
import type { NotifierDeps } from './notifierDeps.ts';
import { createMenus } from './telegram/menu.ts';
import { handleStaff } from './telegram/staff.ts';

/** Codes are short, for typing: a few tries, then one a minute. */
const CODES_OF_AN_ACCOUNT = { atOnce: 5, anotherAfterMs: MINUTE };
/** For what presses have begun. */
const LAST_WORDS_MS = 3_000;
/** What one of ours does goes by its order (`/away`, `/back`; words, their edit): several at once could mix it up. */
const ONE_AT_A_TIME = 1;

/** Carries out what our people press, write and mail. */
export function startStaffUpdates(deps: NotifierDeps, api: () => BotApi | null) {
  const { log } = deps;
  const queue = openQueue<FromStaff>('staff', deps.queue, (error) => log.warn({ err: error }, 'queue'));
  const stopping = new AbortController();
  const goingOn = new Set<Promise<void>>();
  const meanwhile = (work: Promise<void>): void => {
    const done: Promise<void> = work
      .catch((error) => log.error({ err: error }, 'what a press began could not be ended'))
      .finally(() => goingOn.delete(done));
    goingOn.add(done);
  };
  const staffDeps = {
    ...deps,
    api,
    guesses: createGuesses(CODES_OF_AN_ACCOUNT),
    meanwhile,
    menus: createMenus(api, log),
    stopped: stopping.signal,
  };
  const consumer = queue.consume(async (updates) => {
    for (const update of updates)
      await (update.kind === 'mail' ? handleMailReply(update, deps) : handleStaff(update, staffDeps));
  }, ONE_AT_A_TIME);
  return {
    ask: () => queue.counts(),
    close: async () => {
      await consumer.close();
      await queue.close();
      const patience = setTimeout(() => stopping.abort(), LAST_WORDS_MS);
      await Promise.all(goingOn);
      clearTimeout(patience);
    },
  };
}
