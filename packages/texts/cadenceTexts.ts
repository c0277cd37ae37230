import type { CadenceAction, CadenceEnd, Locale } from '@otklik/domain';

/** The call-back plan of a client who could not be reached. */
export interface CadenceTexts {
  /** What is to be done now. */
  title(action: CadenceAction, client: string): string;
  hint(action: CadenceAction): string;
  /** Where, and on which day of the plan. */
  place(channel: string, day: number): string;
  number(phone: string): string;
  notMade(client: string): string;
  notMadeHint: string;
  /** Nothing is to be done any more. */
  ended(reason: CadenceEnd, client: string): string;
  endedHint(reason: CadenceEnd): string;
  readonly buttons: Readonly<Record<'reached' | 'not_reached' | 'let_go', string>>;
  /** Answers to the buttons. */
  readonly noted: Readonly<Record<'reached' | 'not_reached' | 'let_go', string>>;
  /** Why a word about it cannot be taken. */
  refused(reason: 'unknown_cadence' | 'ended' | 'nothing_open'): string;
}

const ru: CadenceTexts = {
  title: (action, client) =>
    ({
      call: `Пора перезвонить: ${client}`,
      message: `Напишите клиенту: ${client}`,
      email_or_sms: `Напишите письмо или SMS: ${client}`,
      task: `Задача: связаться с клиентом — ${client}`,
      return_to_source: `Проверьте контакты: ${client}`,
      control: `Лид на контроле: ${client}`,
    })[action],
  hint: (action) =>
    ({
      call: 'Сначала спросите, удобно ли сейчас говорить.',
      message: 'Спросите, когда удобно созвониться.',
      email_or_sms: 'Спросите, когда удобно созвониться. Нет почты — отправьте SMS.',
      task: 'Дозвониться пока не удалось.',
      return_to_source: 'Дозвониться так и не удалось. Уточните контакты там, откуда пришёл клиент.',
      control:
        'План звонков пройден. Лид останется в списке, пока его не снимут с контроля с указанием причины.',
    })[action],
  place: (channel, day) => `${channel} · день ${day}`,
  number: (phone) => `Позвонить: ${phone}`,
  notMade: (client) => `Звонок не сделан: ${client}`,
  notMadeHint: 'По плану клиенту должны были перезвонить, а звонка не было.',
  ended: (reason, client) =>
    ({
      reached: `Дозвонились: ${client}`,
      client_turned_up: `Клиент вышел на связь: ${client}`,
      released: `Снят с контроля: ${client}`,
      completed: `План звонков завершён: ${client}`,
      opted_out: `Просит больше не беспокоить: ${client}`,
    })[reason],
  endedHint: (reason) =>
    reason === 'client_turned_up'
      ? 'Звонить по плану больше не нужно: ответьте там, где клиент написал или позвонил.'
      : 'Звонить по плану больше не нужно.',
  buttons: { reached: 'Дозвонился', not_reached: 'Не дозвонился', let_go: 'Снять с контроля' },
  noted: {
    reached: 'Отметили: дозвонились. План звонков завершён.',
    not_reached: 'Отметили: не дозвонились. Дальше — по плану.',
    let_go: 'Снято с контроля.',
  },
  refused: (reason) =>
    ({
      unknown_cadence: 'Такого плана звонков нет.',
      ended: 'План звонков этому клиенту уже завершён.',
      nothing_open: 'Сейчас по плану ничего не ждёт отметки.',
    })[reason],
};

const en: CadenceTexts = {
  title: (action, client) =>
    ({
      call: `Time to call back: ${client}`,
      message: `Write to the client: ${client}`,
      email_or_sms: `Send a mail or an SMS: ${client}`,
      task: `Task: get in touch — ${client}`,
      return_to_source: `Check the contacts: ${client}`,
      control: `Lead under control: ${client}`,
    })[action],
  hint: (action) =>
    ({
      call: 'First ask whether it is convenient to talk now.',
      message: 'Ask when a call would suit them.',
      email_or_sms: 'Ask when a call would suit them. Without a mail address send an SMS.',
      task: 'They could not be reached so far.',
      return_to_source: 'They could not be reached at all. Check the contacts where the client came from.',
      control:
        'The plan of calls is over. The lead stays on the list until somebody lets go of it and says why.',
    })[action],
  place: (channel, day) => `${channel} · day ${day}`,
  number: (phone) => `Call: ${phone}`,
  notMade: (client) => `A call was not made: ${client}`,
  notMadeHint: 'The plan asked for a call to this client, and there was none.',
  ended: (reason, client) =>
    ({
      reached: `Reached: ${client}`,
      client_turned_up: `The client turned up: ${client}`,
      released: `Released: ${client}`,
      completed: `The plan of calls is over: ${client}`,
      opted_out: `Asks not to be disturbed: ${client}`,
    })[reason],
  endedHint: (reason) =>
    reason === 'client_turned_up'
      ? 'No more calls by the plan: answer where the client wrote or called.'
      : 'No more calls by the plan.',
  buttons: { reached: 'Reached', not_reached: 'Not reached', let_go: 'Let go' },
  noted: {
    reached: 'Noted: reached. The plan of calls is over.',
    not_reached: 'Noted: not reached. The plan goes on.',
    let_go: 'Released.',
  },
  refused: (reason) =>
    ({
      unknown_cadence: 'There is no such plan of calls.',
      ended: 'The plan of calls to this client is over already.',
      nothing_open: 'Nothing of the plan waits for a word now.',
    })[reason],
};

const TEXTS: Record<Locale, CadenceTexts> = { ru, en };

export const cadenceTextsOf = (locale: Locale): CadenceTexts => TEXTS[locale];
