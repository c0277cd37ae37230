import type { Locale } from '@otklik/domain';
import { SHARED_TEXTS, type SharedTexts } from './sharedTexts.ts';

/** About disputed breaches. */
export interface DisputeTexts extends Pick<SharedTexts, 'dispute' | 'reasons' | 'accept' | 'reject'> {
  whichReason: string;
  opened(person: string): string;
  answeredIn(duration: string, window: string): string;
  stillWaits(window: string): string;
  reason(reason: string): string;
  acceptedBy(name: string, excused: string): string;
  rejectedBy(name: string): string;
  accepted(client: string): string;
  rejected(client: string): string;
  note(note: string): string;
  sent(judge: string): string;
  /** No message reaches the judge. */
  notTold(judge: string): string;
  noJudge: string;
  decided: string;
  alreadyDisputed: string;
  alreadyDecided: string;
  notBreached: string;
  notYours: string;
  ownDispute: string;
  noDispute: string;
}

const ru: DisputeTexts = {
  ...SHARED_TEXTS.ru,
  whichReason: 'Почему вы не могли ответить в срок? Решит руководитель.',
  opened: (person) => `${person} оспаривает просрочку`,
  answeredIn: (duration, window) => `Ответ через ${duration}, норма ${window}`,
  stillWaits: (window) => `Клиент ещё ждёт, норма ${window}`,
  reason: (reason) => `Причина: ${reason}`,
  acceptedBy: (name, excused) => `✅ Принято — ${name}. Не в счёт: ${excused}`,
  rejectedBy: (name) => `✖️ Отклонено — ${name}`,
  accepted: (client) => `Возражение принято: ${client}`,
  rejected: (client) => `Возражение отклонено: ${client}`,
  note: (note) => `Комментарий: ${note}`,
  sent: (judge) => `Передано: решит ${judge}. Решение придёт сюда.`,
  notTold: (judge) => `Записано. Решит ${judge}, но сообщение туда не доходит: скажите сами.`,
  noJudge: 'Записано. Решить может только администратор, на доске: скажите ему сами.',
  decided: 'Решение записано.',
  alreadyDisputed: 'Эта просрочка уже оспорена.',
  alreadyDecided: 'Решение уже принято.',
  notBreached: 'Срок не нарушен: оспаривать нечего.',
  notYours: 'Решает руководитель канала.',
  ownDispute: 'Своё возражение решает кто-то другой.',
  noDispute: 'Эту просрочку никто не оспаривал.',
};

const en: DisputeTexts = {
  ...SHARED_TEXTS.en,
  whichReason: 'Why could you not answer in time? Your head decides.',
  opened: (person) => `${person} disputes a breach`,
  answeredIn: (duration, window) => `Answered in ${duration}, the window is ${window}`,
  stillWaits: (window) => `The client is still waiting, the window is ${window}`,
  reason: (reason) => `Reason: ${reason}`,
  acceptedBy: (name, excused) => `✅ Accepted — ${name}. Not counted: ${excused}`,
  rejectedBy: (name) => `✖️ Rejected — ${name}`,
  accepted: (client) => `Your dispute was accepted: ${client}`,
  rejected: (client) => `Your dispute was rejected: ${client}`,
  note: (note) => `Note: ${note}`,
  sent: (judge) => `Passed on: ${judge} decides. The decision will come here.`,
  notTold: (judge) => `Noted. ${judge} decides, but no message reaches them: tell them yourself.`,
  noJudge: 'Noted. Only an admin can decide it, on the board: tell them yourself.',
  decided: 'Your decision is on record.',
  alreadyDisputed: 'This breach has been disputed already.',
  alreadyDecided: 'It has been decided already.',
  notBreached: 'The window has held: there is nothing to dispute.',
  notYours: 'The head of the channel decides.',
  ownDispute: 'Somebody else decides on your own dispute.',
  noDispute: 'Nobody has disputed this breach.',
};

const TEXTS: Record<Locale, DisputeTexts> = { ru, en };

export const disputeTextsOf = (locale: Locale): DisputeTexts => TEXTS[locale];
