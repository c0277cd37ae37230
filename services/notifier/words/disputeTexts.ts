import type { Locale } from '@otklik/domain';

/** The words about disputed breaches. Written twice, not translated. */
export interface DisputeTexts {
  dispute: string;
  whichReason: string;
  /** What an owner can say by one press, in the order of the buttons. */
  readonly reasons: readonly [string, string, string];
  opened(person: string): string;
  answeredIn(duration: string, window: string): string;
  stillWaits(window: string): string;
  reason(reason: string): string;
  accept: string;
  reject: string;
  acceptedBy(name: string, excused: string): string;
  rejectedBy(name: string): string;
  accepted(client: string): string;
  rejected(client: string): string;
  note(note: string): string;
  sent(judge: string): string;
  /** Who is to decide cannot be written to. */
  notTold(judge: string): string;
  noJudge: string;
  decided: string;
  alreadyDisputed: string;
  alreadyDecided: string;
  notBreached: string;
  notYours: string;
}

const ru: DisputeTexts = {
  dispute: 'Не моя вина…',
  whichReason: 'Почему вы не могли ответить в срок? Решит руководитель.',
  reasons: ['Разговор с другим клиентом', 'Канал не работал', 'Не моя смена'],
  opened: (person) => `${person} оспаривает просрочку`,
  answeredIn: (duration, window) => `Ответ через ${duration}, норма ${window}`,
  stillWaits: (window) => `Клиент ещё ждёт, норма ${window}`,
  reason: (reason) => `Причина: ${reason}`,
  accept: 'Принять',
  reject: 'Отклонить',
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
};

const en: DisputeTexts = {
  dispute: 'Not my fault…',
  whichReason: 'Why could you not answer in time? Your head decides.',
  reasons: ['On a call with another client', 'The channel was down', 'Not my shift'],
  opened: (person) => `${person} disputes a breach`,
  answeredIn: (duration, window) => `Answered in ${duration}, the window is ${window}`,
  stillWaits: (window) => `The client is still waiting, the window is ${window}`,
  reason: (reason) => `Reason: ${reason}`,
  accept: 'Accept',
  reject: 'Reject',
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
};

const TEXTS: Record<Locale, DisputeTexts> = { ru, en };

export const disputeTextsOf = (locale: Locale): DisputeTexts => TEXTS[locale];
