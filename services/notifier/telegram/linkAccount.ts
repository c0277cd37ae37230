import { SECOND } from '@otklik/domain';
import { useLinkCode } from '@otklik/store';
import { textsOf } from '@otklik/texts';
import type { StaffDeps, Words } from './staffDeps.ts';

/** `/start CODE`, or the code alone. null: it was no code. */
export async function linkAccount(update: Words, deps: StaffDeps): Promise<string | null> {
  const code = /^(?:\/start\s+)?([A-Za-z2-9]{8})$/.exec(update.text?.trim() ?? '')?.[1];
  if (code === undefined || update.replyTo !== null) return null;
  const texts = textsOf(deps.config().locale);
  const account = String(update.from);
  // Our people may write a word of eight letters.
  const isKnown = [...deps.config().people.values()].some(({ telegram }) => telegram === update.from);
  const isAsked = !isKnown || (update.text?.startsWith('/') ?? false);
  const restMs = deps.guesses.restMs(account, deps.now());
  if (restMs > 0) return isAsked ? texts.tooManyCodes(Math.ceil(restMs / SECOND)) : null;
  const looked = await deps.guesses.look(
    account,
    code.toUpperCase(),
    () => useLinkCode(deps.store, code, update.from, deps.now()),
    deps.now,
  );
  if (looked.outcome !== 'right') return isAsked ? texts.badCode : null;
  const id = looked.found;
  await deps.people.refresh();
  const person = deps.config().people.get(id);
  if (person) deps.meanwhile(deps.menus.show(person, update.chat));
  return person ? textsOf(person.locale).hello(person.name) : texts.badCode;
}
