import type { Person } from '@otklik/domain';
import {
  acknowledgeWait,
  type ClaimedNotice,
  canReach,
  handOver,
  noReplyNeeded,
  noticeForEdit,
  releaseWait,
  wantCard,
} from '@otklik/store';
import { type Texts, textsOf } from '@otklik/texts';
import { nameOf } from '../messages/ping.ts';
import { wordOnCadence } from './cadenceMessage.ts';
import { callBackByButton } from './callBack.ts';
import { showChoice } from './choices.ts';
import { acknowledgedText, answerOf, handedText, nextOf } from './commandAnswers.ts';
import { decideByButton, disputeByButton } from './disputes.ts';
import { type Press, parsePress } from './press.ts';
import { isOnList, mayActOn } from './sentPings.ts';
import type { LaterAnswer, PressAnswer, Pressed, StaffDeps } from './staffDeps.ts';
import { acknowledgeListed, turnTo } from './waitsList.ts';

type Answer = string | PressAnswer | LaterAnswer;

/** Carries out a press. Returns the answer. */
export async function pressed(update: Pressed, person: Person, deps: StaffDeps): Promise<Answer> {
  const texts = textsOf(person.locale);
  const press = parsePress(update.data);
  if (press?.does === 'page') return slow(turnTo(press.page, update, person, texts, deps));
  if (press?.does === 'acknowledge_wait') return acknowledgeListed(press.wait, person, texts, deps);
  const notice = press && (await noticeForEdit(deps.store, press.notice));
  if (!press || !notice?.wait) return texts.unknownWait;
  if (!mayActOn(notice, person, deps.config())) return { text: texts.notYourPing, isAlert: true };
  return act(press, { ...notice, wait: notice.wait }, update, person, texts, deps);
}

type About = ClaimedNotice & { readonly wait: NonNullable<ClaimedNotice['wait']> };

async function act(
  press: Exclude<Press, { does: 'page' | 'acknowledge_wait' }>,
  notice: About,
  update: Pressed,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<Answer> {
  const { store } = deps;
  const { id } = notice.wait;
  const at = deps.now();
  switch (press.does) {
    case 'acknowledge':
      return acknowledge(notice, person, texts, deps);
    case 'release':
      return answerOf(await releaseWait(store, deps.rules(), id, person.id, at), person, deps, (wait) =>
        texts.released(nextOf(wait, person, deps, at)),
      );
    case 'call':
      return callBackByButton(update, notice.wait, person, deps, (refused) =>
        answerOf(refused, person, deps, () => ''),
      );
    case 'no_reply':
      return answerOf(
        await noReplyNeeded(store, deps.rules(), id, person.id, at),
        person,
        deps,
        () => texts.decided,
      );
    case 'hand_over':
      return handOverTo(press.to, notice, person, texts, deps);
    case 'dispute':
      return disputeByButton(notice, press.reason, person, deps);
    case 'accept':
    case 'reject':
      return decideByButton(notice, press.does === 'accept', person, deps);
    case 'reached':
    case 'not_reached':
    case 'let_go':
      return wordOnCadence(press.does, notice, person, deps);
    case 'choose':
    case 'why':
    case 'back':
      return slow(showChoice(press, notice, person, texts, deps));
  }
}

/** Telegram has to act first, and may hang. */
const slow = (text: Promise<string>): LaterAnswer => ({ meanwhile: text.then((said) => ({ text: said })) });

/** «Беру». After a list the client's card follows: it can be replied to. */
async function acknowledge(notice: About, person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const { store } = deps;
  const at = deps.now();
  const result = await acknowledgeWait(store, deps.rules(), notice.wait.id, person.id, at);
  const isTheirs = result.outcome === 'done' || result.reason === 'already_taken';
  if (isTheirs && notice.recipient === person.id && (await isOnList(notice, store)))
    await wantCard(store, notice, at);
  return answerOf(result, person, deps, (wait) => acknowledgedText(wait, person, texts, deps, at));
}

async function handOverTo(
  to: string,
  { wait: { id } }: About,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string | PressAnswer> {
  const at = deps.now();
  if (deps.config().people.has(to) && !canReach(deps.rules(), to))
    return { text: texts.cannotReach(nameOf(to, deps.config(), texts)), isAlert: true };
  return answerOf(await handOver(deps.store, deps.rules(), id, person.id, to, at), person, deps, (wait) =>
    handedText(wait, person, texts, deps, at),
  );
}
