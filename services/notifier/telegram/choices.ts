import type { Person } from '@otklik/domain';
import { type ClaimedNotice, canReach, openByOwner, wantCard } from '@otklik/store';
import { listTextsOf, type Texts } from '@otklik/texts';
import { colleaguesFor } from '../messages/colleagues.ts';
import { chooseReason } from './disputes.ts';
import { chooseWhom, digestOf } from './message.ts';
import { messageOf } from './messageOf.ts';
import type { Press } from './press.ts';
import { mutable } from './sending.ts';
import { isOnList } from './sentPings.ts';
import type { StaffDeps } from './staffDeps.ts';

/** Swaps the buttons for colleagues or reasons to choose from, and back. */
export async function showChoice(
  press: Press,
  notice: ClaimedNotice,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string> {
  const { wait, chat_id, message_id } = notice;
  const bot = deps.api();
  if (!bot || !wait || chat_id === null || message_id === null) return texts.unknownWait;
  if (press.does === 'choose' && wait.closed_at !== null) return texts.alreadyClosed;
  // A list tells of others too.
  if (await isOnList(notice, deps.store)) {
    if (press.does !== 'why' || notice.recipient !== person.id) return listTextsOf(person.locale).notOne;
    await wantCard(deps.store, notice, deps.now());
    return listTextsOf(person.locale).blameHere;
  }
  const plain = messageOf([notice], person, deps.config(), deps.now());
  if (!plain) return texts.unknownWait;
  const choice = {
    config: deps.config(),
    rules: deps.rules(),
    open: await openByOwner(deps.store.db),
    canReach: (id: string) => canReach(deps.rules(), id),
    now: deps.now(),
  };
  const message =
    press.does === 'choose'
      ? chooseWhom(plain, notice.id, colleaguesFor(wait, choice), press.page, person.locale)
      : press.does === 'why'
        ? chooseReason(plain, notice.id, person.locale)
        : plain;
  const edited = await bot.editMessageText({
    chat_id,
    message_id,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...mutable(message),
  });
  if (edited.outcome !== 'ok')
    deps.log.warn({ problem: edited.problem, digest: digestOf(message) }, 'a ping could not be edited');
  return '';
}
