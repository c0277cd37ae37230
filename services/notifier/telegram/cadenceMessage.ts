import type { Locale, Person } from '@otklik/domain';
import {
  type CadenceCommanded,
  type CadenceSaid,
  type ClaimedNotice,
  markNotReached,
  markReached,
  releaseCadence,
} from '@otklik/store';
import { cadenceTextsOf, leftTextsOf } from '@otklik/texts';
import type { CadenceMessage } from '../messages/cadence.ts';
import { escapeHtml, type TelegramMessage, webLink } from './message.ts';
import { pressData } from './press.ts';
import type { PressAnswer, StaffDeps } from './staffDeps.ts';

/** With what the reader can say of it, and a link to the wait on the board. */
export function cadenceMessage(
  notice: string,
  { mark, title, lines, link, asks }: CadenceMessage,
  locale: Locale,
): TelegramMessage {
  const url = webLink(link);
  const { buttons } = cadenceTextsOf(locale);
  return {
    text: [`${mark} <b>${escapeHtml(title)}</b>`, ...lines.map(escapeHtml)].join('\n'),
    reply_markup: {
      inline_keyboard: [
        ...(asks.length === 0
          ? []
          : [asks.map((does) => ({ text: buttons[does], callback_data: pressData({ does, notice }) }))]),
        ...(url === null ? [] : [[{ text: leftTextsOf(locale).open, url }]]),
      ],
    },
  };
}

/** The audit's reason where a button says no more. */
const BY_BUTTON = 'button in the bot';

/** «Дозвонился», «Не дозвонился», «Снять с контроля». */
export async function wordOnCadence(
  does: 'reached' | 'not_reached' | 'let_go',
  notice: Pick<ClaimedNotice, 'type' | 'data'>,
  person: Person,
  deps: StaffDeps,
): Promise<PressAnswer> {
  const texts = cadenceTextsOf(person.locale);
  if (notice.type !== 'cadence.attempt') return { text: texts.refused('unknown_cadence'), isAlert: true };
  const { cadence: id } = notice.data as CadenceSaid;
  const result = await commandOf(does, id, person, deps);
  return result.outcome === 'done'
    ? { text: texts.noted[does] }
    : { text: texts.refused(result.reason), isAlert: true };
}

function commandOf(
  does: 'reached' | 'not_reached' | 'let_go',
  id: string,
  person: Person,
  { store, rules, now }: StaffDeps,
): Promise<CadenceCommanded> {
  switch (does) {
    case 'reached':
      return markReached(store, rules(), id, person.id, now());
    case 'not_reached':
      return markNotReached(store, rules(), id, person.id, now());
    case 'let_go':
      return releaseCadence(store, rules(), id, person.id, BY_BUTTON, now());
  }
}
