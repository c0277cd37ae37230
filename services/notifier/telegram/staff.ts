import type { StaffUpdate } from '@otklik/channels';
import type { Person } from '@otklik/domain';
import { endDeadEnd, noteDeadEnd, saveBotWords } from '@otklik/store';
import { textsOf } from '@otklik/texts';
import { cut } from '../messages/cut.ts';
import { edited, replyId } from './answers.ts';
import { WHO_WAITS } from './commands.ts';
import { linkAccount } from './linkAccount.ts';
import { pressed } from './pressed.ts';
import type { PressAnswer, Pressed, StaffDeps } from './staffDeps.ts';
import { written } from './written.ts';

/** Handles what one of our people did in the bot. Doing it twice changes nothing. */
export async function handleStaff(update: StaffUpdate, deps: StaffDeps): Promise<void> {
  const bot = deps.api();
  if (!bot) return;
  const person = [...deps.config().people.values()].find(({ telegram }) => telegram === update.from);
  if (person) await noteWhetherBlocked(update, person, deps);
  if (update.kind === 'membership') return;
  if (person) deps.meanwhile(deps.menus.show(person, update.chat));
  if (update.kind === 'press') {
    const said = person
      ? await pressed(update, person, deps)
      : textsOf(deps.config().locale).notOurs(update.from);
    if (typeof said !== 'string' && 'meanwhile' in said)
      deps.meanwhile(said.meanwhile.then((answer) => answerPress(update, person, answer, deps)));
    else await answerPress(update, person, said, deps);
    return;
  }
  if (update.kind === 'edit') {
    const told = person ? await edited(update, person, deps) : null;
    if (told !== null) await answer(update, person, told, deps);
    return;
  }
  const said =
    (await linkAccount(update, deps)) ??
    (person ? await written(update, person, deps) : textsOf(deps.config().locale).notOurs(update.from));
  if (said !== null) await answer(update, person, said, deps);
}

/** Telegram takes 4,096 UTF-16 units; `&` becomes five. */
const MOST_TEXT = 4_000;

/** The button spins until it is said. */
async function answerPress(
  update: Pressed,
  person: Person | undefined,
  said: string | PressAnswer,
  { store, now }: StaffDeps,
): Promise<void> {
  const { text, isAlert = false } = typeof said === 'string' ? { text: said } : said;
  await saveBotWords(
    store.db,
    {
      id: `press ${update.callbackId}`,
      chat_id: update.chat,
      message_id: null,
      callback_id: update.callbackId,
      is_alert: isAlert,
      person: person?.id ?? null,
      text,
    },
    now(),
  );
}

/** Kept until it is said: an outage or a restart leaves nobody without an answer. */
async function answer(
  update: Extract<StaffUpdate, { kind: 'words' | 'edit' }>,
  person: Person | undefined,
  said: string | typeof WHO_WAITS,
  { store, now }: StaffDeps,
): Promise<void> {
  const { chat, message } = update;
  await saveBotWords(
    store.db,
    {
      id: `${replyId(update)}:${update.updateId}`,
      chat_id: chat,
      message_id: message,
      callback_id: null,
      is_alert: false,
      person: person?.id ?? null,
      text: said === WHO_WAITS ? null : cut(said, MOST_TEXT),
    },
    now(),
  );
}

/** Who blocked the bot is known before a ping is lost. */
async function noteWhetherBlocked(update: StaffUpdate, person: Person, deps: StaffDeps): Promise<void> {
  const isBlocked = update.kind === 'membership' && update.isBlocked;
  const isDead = person.deadEnds.some(({ transport }) => transport === 'telegram');
  if (isBlocked === isDead) return;
  if (isBlocked) await noteDeadEnd(deps.store, person, 'telegram', BLOCKED, update.at);
  else await endDeadEnd(deps.store, person.id, 'telegram');
  await deps.people.refresh();
}

/** The words in which Telegram refuses then. */
const BLOCKED = 'Forbidden: bot was blocked by the user';
