import type { Locale, Person } from '@otklik/domain';
import {
  type ClaimedNotice,
  type ClockRules,
  type Disputed,
  decideDispute,
  disputeBreach,
  type Store,
} from '@otklik/store';
import { type DisputeTexts, disputeTextsOf, textsOf } from '@otklik/texts';
import { cut } from '../messages/cut.ts';
import type { DisputeMessage } from '../messages/dispute.ts';
import { type Button, escapeHtml, type TelegramMessage } from './message.ts';
import { pressData } from './press.ts';

const MOST_LINE = 600;

/** With two buttons for the judge. */
export function disputeMessage(notice: string, said: DisputeMessage, locale: Locale): TelegramMessage {
  const texts = disputeTextsOf(locale);
  const button = (text: string, does: 'accept' | 'reject'): Button => ({
    text,
    callback_data: pressData({ does, notice }),
  });
  return {
    text: [
      `⚖️ <b>${escapeHtml(cut(said.title, MOST_LINE))}</b>`,
      ...said.lines.map((line) => escapeHtml(cut(line, MOST_LINE))),
    ].join('\n'),
    reply_markup: {
      inline_keyboard: said.asks ? [[button(texts.accept, 'accept'), button(texts.reject, 'reject')]] : [],
    },
  };
}

/** The message with reasons to choose from. */
export function chooseReason(message: TelegramMessage, notice: string, locale: Locale): TelegramMessage {
  const texts = disputeTextsOf(locale);
  const rows = texts.reasons.map((text, index) => [
    { text, callback_data: pressData({ does: 'dispute', notice, reason: index }) },
  ]);
  const back = [{ text: textsOf(locale).back, callback_data: pressData({ does: 'back', notice }) }];
  return {
    text: `${message.text}\n\n<b>${escapeHtml(texts.whichReason)}</b>`,
    reply_markup: { inline_keyboard: [...rows, back] },
  };
}

interface DisputeDeps {
  readonly store: Store;
  rules(): ClockRules;
  now(): number;
}

/** Returns the answer to the owner. */
export async function disputeByButton(
  notice: ClaimedNotice,
  reason: number,
  person: Person,
  deps: DisputeDeps,
): Promise<string> {
  const texts = disputeTextsOf(person.locale);
  const said = texts.reasons[reason];
  if (notice.wait === null || said === undefined) return textsOf(person.locale).unknownWait;
  const made = await disputeBreach(deps.store, deps.rules(), notice.wait.id, person.id, said, deps.now());
  if (made.outcome === 'refused') return refusal(made.reason, texts, person);
  const judge = made.judge === null ? null : (deps.rules().people.get(made.judge)?.name ?? made.judge);
  if (judge === null) return texts.noJudge;
  return made.isTold ? texts.sent(judge) : texts.notTold(judge);
}

/** Only the recipient may. */
export async function decideByButton(
  notice: ClaimedNotice,
  accepted: boolean,
  person: Person,
  deps: DisputeDeps,
): Promise<string> {
  const texts = disputeTextsOf(person.locale);
  if (notice.recipient !== person.id || notice.wait === null) return texts.notYours;
  const decision = { accepted, note: null, excusedSeconds: null };
  const made = await decideDispute(deps.store, deps.rules(), notice.wait.id, person.id, decision, deps.now());
  return made.outcome === 'done' ? texts.decided : refusal(made.reason, texts, person);
}

function refusal(
  reason: Extract<Disputed, { outcome: 'refused' }>['reason'],
  texts: DisputeTexts,
  person: Person,
): string {
  switch (reason) {
    case 'already_disputed':
      return texts.alreadyDisputed;
    case 'already_decided':
      return texts.alreadyDecided;
    case 'not_breached':
      return texts.notBreached;
    case 'own_dispute':
      return texts.notYours;
    case 'unknown_wait':
    case 'no_dispute':
      return textsOf(person.locale).unknownWait;
  }
}
