import type { Person } from '@otklik/domain';
import { noticeForEdit } from '@otklik/store';
import { listTextsOf, type Texts, textsOf } from '@otklik/texts';
import { answeredByAlbum, passOn } from './answers.ts';
import { runCommand, type WHO_WAITS } from './commands.ts';
import { mayActOn, waitsOn } from './sentPings.ts';
import type { StaffDeps, Words } from './staffDeps.ts';

/** Handles words in the bot's chat: replies to pings go to the client, other words to the bot. */
export async function written(
  update: Words,
  person: Person,
  deps: StaffDeps,
): Promise<string | typeof WHO_WAITS | null> {
  const texts = textsOf(person.locale);
  const [, command, rest = ''] = /^\/([a-z]+)(?:@\w+)?\s*(.*)$/is.exec(update.text ?? '') ?? [];
  const answer = command === undefined ? null : await runCommand(command, rest, update, person, deps);
  if (answer !== null) return answer;
  const album = update.album ? await answeredByAlbum(update, deps.store) : null;
  if (album) return passOn(update, album, person, deps);
  if (update.replyTo === null) return texts.nothingToAnswer;
  const [ping, ...others] = (await waitsOn(deps.store, update.chat, update.replyTo)).values();
  if (!ping) return texts.nothingToAnswer;
  if (others.length > 0) return listTextsOf(person.locale).notOne;
  return answerClient(update, ping, person, texts, deps);
}

/** null: the reply tells when the words have arrived. */
async function answerClient(
  update: Words,
  ping: { id: string },
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string | null> {
  const notice = await noticeForEdit(deps.store, ping.id);
  if (!notice?.wait) return texts.unknownWait;
  if (!mayActOn(notice, person, deps.config())) return texts.notYourPing;
  return passOn(update, notice.wait, person, deps);
}
