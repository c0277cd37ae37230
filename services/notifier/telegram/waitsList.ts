import type { Person } from '@otklik/domain';
import { acknowledgeWait, waitAskedOf, wantCard } from '@otklik/store';
import { listTextsOf, type Texts, timeOfDay } from '@otklik/texts';
import { acknowledgedText, answerOf } from './commandAnswers.ts';
import { escapeHtml } from './message.ts';
import { mutable, withLinksOrWithout } from './sending.ts';
import type { Pressed, StaffDeps } from './staffDeps.ts';
import { askedOf, waitsMessageOf } from './waitsPages.ts';

export async function turnTo(
  page: number,
  { chat, message: message_id }: Pressed,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string> {
  const bot = deps.api();
  if (!bot || message_id === null) return texts.unknownWait;
  const now = deps.now();
  const message = (await waitsMessageOf(page, person, deps)) ?? {
    text: escapeHtml(texts.noWaits),
    reply_markup: { inline_keyboard: [] },
  };
  const edited = await withLinksOrWithout(message, (each) =>
    bot.editMessageText({
      chat_id: chat,
      message_id,
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...mutable(each),
    }),
  );
  if (edited.outcome !== 'ok') {
    deps.log.warn({ problem: edited.problem }, 'a list could not be turned');
    return listTextsOf(person.locale).notTurned;
  }
  return listTextsOf(person.locale).trueAt(timeOfDay(now, now, person.timezone));
}

/** «Беру» in the list. The client's card follows. */
export async function acknowledgeListed(
  id: string,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string> {
  const { store } = deps;
  const at = deps.now();
  const wait = await waitAskedOf(store, askedOf(person, deps.config()), id);
  if (!wait) return texts.unknownWait;
  const result = await acknowledgeWait(store, deps.rules(), id, person.id, at);
  if (result.outcome === 'done' || result.reason === 'already_taken') {
    const stage = at >= wait.breach_at ? 'breached' : 'warned';
    const about = { wait_id: id, channel: wait.channel, step: null, stage, recipient: person.id } as const;
    await wantCard(store, { ...about, transport: 'telegram' }, at);
  }
  return answerOf(result, person, deps, (now) => acknowledgedText(now, person, texts, deps, at));
}
