import type { Locale } from '@otklik/domain';

/** Buttons and answers of the bot. */
export interface BotTexts {
  take: string;
  cannotCall: string;
  pressedLongAgo: string;
  back: string;
  /** `late`: the window has ended. `next`: when the chain goes on; null: it does not. */
  took(window: string, late: boolean, next: string | null): string;
  released(next: string | null): string;
  decided: string;
  /** `until`: when it goes back if nobody takes it; null: never. */
  handedTo(name: string, until: string | null): string;
  chooseWhom: string;
  notOurs(id: number): string;
  hello(name: string): string;
  sentTo(client: string): string;
  /** The client had the words already. */
  editedLate(client: string): string;
  notSent(client: string, problem: string, waits: boolean): string;
  /** Used when nothing more is known. */
  notGotThrough: string;
  /** `waits`: the client still does. */
  cannotWrite(channel: string, waits: boolean): string;
  nothingToAnswer: string;
  noWaits: string;
  badCode: string;
  tooManyCodes(seconds: number): string;
  notYourPing: string;
  wentAway(until: string, standIns: readonly StandIn[], open: OpenOfAway): string;
  awayHow: string;
  inThisLanguage: string;
  languages: string;
  onlyHeadsInvite: string;
  /** `people`: a command for each. */
  inviteWhom(people: readonly string[]): string;
  invited(name: string, code: string, until: string): string;
  noWeek: string;
  week(said: Week): string;
  checkTitle: string;
  check: string;
}

/** Who is asked on some channels while somebody is away. */
export interface StandIn {
  /** null: nobody is there, so they are asked all the same. */
  readonly who: string | null;
  readonly isDeaf: boolean;
  readonly channels: string;
}

/** Open requests of somebody away: others are asked about `passed`, they about `kept`. */
export interface OpenOfAway {
  readonly passed: number;
  readonly kept: number;
}

/** An owner's last seven days. */
export interface Week {
  readonly waits: number;
  readonly answered: number;
  /** Of `judged`: all whose window has ended. */
  readonly inTime: number;
  readonly judged: number;
  /** A clock face; null: nothing was answered. */
  readonly median: string | null;
  readonly breached: number;
  /** Breaches excused by the head, or delivered late. */
  readonly excused: number;
  readonly formal: number;
  readonly noReply: number;
  readonly afterHours: number;
}

/** Whole per cent. 100 and 0 only for all and none. */
const share = (part: number, whole: number): string => {
  if (part >= whole) return '100%';
  return part === 0 ? '0%' : `${Math.min(99, Math.max(1, Math.round((100 * part) / whole)))}%`;
};

const ru: BotTexts = {
  take: 'Беру',
  cannotCall: 'Отсюда клиенту не перезвонить: наберите его сами.',
  pressedLongAgo: 'Кнопку нажали давно, звонить не стали. Если нужно, нажмите ещё раз.',
  back: '← Назад',
  took: (window, late, next) =>
    `Клиент за вами. ${late ? `Срок вышел в ${window}: ответьте сейчас.` : `Ответьте до ${window}.`}${next === null ? '' : ` Не ответите — напомним в ${next}.`}`,
  released: (next) =>
    `Клиент больше не за вами.${next === null ? '' : ` Следующее напоминание — в ${next}.`}`,
  decided: 'Записано: ответа не нужно.',
  handedTo: (name, until) =>
    `Передано: ${name}.${until === null ? '' : ` Не возьмёт до ${until} — вернётся к вам.`}`,
  chooseWhom: 'Кому передать?',
  notOurs: (id) =>
    `Это служебный бот «Отклика». Ваш ID в Telegram — ${id}. Передайте его администратору, чтобы получать обращения.`,
  hello: (name) =>
    [
      `${name}, всё готово: здесь будут появляться клиенты, которые ждут ответа.`,
      'Чтобы ответить клиенту, ответьте на сообщение о нём.',
      '',
      '/waits — кто ждёт',
      '/away — отойти',
      '/back — вернуться',
      '/stats — моя неделя',
      '/lang — in English',
    ].join('\n'),
  sentTo: (client) => `Отправлено: ${client}.`,
  editedLate: (client) =>
    `Правка не дошла: у клиента (${client}) прежний текст. Отправьте исправление новым ответом.`,
  notSent: (client, problem, waits) =>
    `Не отправлено (${client}): ${problem}. Ответьте клиенту другим способом${waits ? ' — он всё ещё ждёт' : ''}.`,
  notGotThrough: 'канал не принял сообщение',
  cannotWrite: (channel, waits) =>
    `В канал «${channel}» отсюда написать нельзя. Откройте чат и ответьте там${waits ? ' — клиент ещё ждёт' : ''}.`,
  nothingToAnswer:
    'Чтобы ответить клиенту, ответьте на сообщение о нём: нажмите на него и выберите «Ответить». /waits покажет, кто ждёт.',
  noWaits: 'Никто не ждёт: все получили ответ.',
  badCode: 'Код не подошёл: он действует 15 минут и один раз. Возьмите новый на доске.',
  tooManyCodes: (seconds) => `Слишком много неверных кодов. Попробуйте через ${seconds} с.`,
  notYourPing:
    'Это обращение прислали не вам. Кнопки и ответы работают у того, кому пришло сообщение, и у руководителя канала.',
  wentAway: (until, standIns, { passed, kept }) =>
    [
      `Вы отошли до ${until}.`,
      ...standIns.map(({ who, isDeaf, channels }) =>
        who === null
          ? `${channels}: больше никого нет на месте, напоминания по-прежнему идут вам.`
          : `${channels}: отвечает ${who}${isDeaf ? ', но сообщения туда не доходят: предупредите сами' : ''}.`,
      ),
      ...(passed > 0 ? [`Открытых обращений, о которых пока спросим других: ${passed}.`] : []),
      ...(kept > 0 ? [`Открытых обращений, о которых по-прежнему спросим вас: ${kept}.`] : []),
      'Вернётесь раньше — отправьте /back.',
    ].join('\n'),
  awayHow: 'Напишите, до какого времени: /away 30m, /away 2h или /away 14:30. Просто /away — до конца дня.',
  inThisLanguage: 'Теперь пишу вам по-русски. Back to English: /lang en',
  languages: '/lang ru — по-русски\n/lang en — in English',
  onlyHeadsInvite: 'Подключать сотрудников может руководитель.',
  inviteWhom: (people) =>
    people.length === 0 ? 'Подключать некого.' : ['Кого подключить?', ...people].join('\n'),
  invited: (name, code, until) =>
    `Перешлите сотруднику (${name}): до ${until} нужно отправить этому боту\n/start ${code}`,
  noWeek: 'За последние 7 дней у вас не было обращений.',
  week: (said) =>
    [
      'Ваши 7 дней',
      `Обращений: ${said.waits}, с ответом: ${said.answered}`,
      ...(said.judged === 0
        ? []
        : [`В срок: ${said.inTime} из ${said.judged} (${share(said.inTime, said.judged)})`]),
      ...(said.median === null ? [] : [`Обычно отвечаете за ${said.median}`]),
      `Просрочено: ${said.breached}${said.excused > 0 ? `, не по вашей вине: ${said.excused}` : ''}`,
      ...(said.afterHours > 0 ? [`Ответов в нерабочее время: ${said.afterHours}`] : []),
      ...(said.noReply > 0 ? [`Отмечено «ответа не нужно»: ${said.noReply}`] : []),
      ...(said.formal > 0 ? [`Ответов-отписок («+», «ок»): ${said.formal}`] : []),
    ].join('\n'),
  checkTitle: 'Отклик: проверка связи',
  check: 'Проверка связи. Вы это читаете — значит, Отклик сможет написать вам, когда будет ждать клиент.',
};

const en: BotTexts = {
  take: 'Mine',
  cannotCall: 'The client cannot be called from here: dial them yourself.',
  pressedLongAgo: 'The button was pressed long ago, so nobody was called. Press again if it is still needed.',
  back: '← Back',
  took: (window, late, next) =>
    `It is yours. ${late ? `Time ran out at ${window}: answer now.` : `Answer by ${window}.`}${next === null ? '' : ` If not, we remind again at ${next}.`}`,
  released: (next) =>
    `It is not yours any more.${next === null ? '' : ` The next reminder comes at ${next}.`}`,
  decided: 'Noted: no reply needed.',
  handedTo: (name, until) =>
    `Handed over to ${name}.${until === null ? '' : ` Not taken by ${until}, it comes back to you.`}`,
  chooseWhom: 'Hand over to whom?',
  notOurs: (id) =>
    `This is the bot of Otklik, for staff only. Your Telegram id is ${id}. Give it to your administrator to receive pings.`,
  hello: (name) =>
    [
      `${name}, you are set: clients who wait for an answer will appear here.`,
      'To answer a client, reply to the message about them.',
      '',
      '/waits — who is waiting',
      '/away — step out',
      '/back — return',
      '/stats — my week',
      '/lang — по-русски',
    ].join('\n'),
  sentTo: (client) => `Sent to ${client}.`,
  editedLate: (client) =>
    `Your edit did not get through: ${client} has the text as it was. Send the correction as another reply.`,
  notSent: (client, problem, waits) =>
    `Not sent (${client}): ${problem}. Answer some other way${waits ? ': the client is still waiting' : ''}.`,
  notGotThrough: 'the channel did not take it',
  cannotWrite: (channel, waits) =>
    `“${channel}” cannot be written to from here. Open the chat and answer there${waits ? ': the client is still waiting' : ''}.`,
  nothingToAnswer:
    'To answer a client, reply to the message about them: press it and choose “Reply”. /waits shows who is waiting.',
  noWaits: 'Nobody is waiting: everyone has an answer.',
  badCode: 'That code does not fit: it is good for 15 minutes and one use. Get a new one from the board.',
  tooManyCodes: (seconds) => `Too many wrong codes. Try again in ${seconds} s.`,
  notYourPing:
    'This request was not sent to you. Buttons and replies work for whom the message was sent to, and for the head of the channel.',
  wentAway: (until, standIns, { passed, kept }) =>
    [
      `You are away until ${until}.`,
      ...standIns.map(({ who, isDeaf, channels }) =>
        who === null
          ? `${channels}: nobody else is there, so you are asked all the same.`
          : `${channels}: ${who} answers${isDeaf ? ', but no message reaches them: tell them yourself' : ''}.`,
      ),
      ...(passed > 0 ? [`Open requests of yours that others are asked about meanwhile: ${passed}.`] : []),
      ...(kept > 0 ? [`Open requests that you are still asked about: ${kept}.`] : []),
      'Back earlier? Send /back.',
    ].join('\n'),
  awayHow: 'Say until when: /away 30m, /away 2h or /away 14:30. Just /away means the rest of the day.',
  inThisLanguage: 'From now on I write to you in English. По-русски: /lang ru',
  languages: '/lang en — in English\n/lang ru — по-русски',
  onlyHeadsInvite: 'Heads let people in.',
  inviteWhom: (people) =>
    people.length === 0 ? 'There is nobody to let in.' : ['Whom to let in?', ...people].join('\n'),
  invited: (name, code, until) =>
    `${name}: pass this on. Until ${until} they can send this to the bot:\n/start ${code}`,
  noWeek: 'You had no requests in the last 7 days.',
  week: (said) =>
    [
      'Your 7 days',
      `Requests: ${said.waits}, answered: ${said.answered}`,
      ...(said.judged === 0
        ? []
        : [`In time: ${said.inTime} of ${said.judged} (${share(said.inTime, said.judged)})`]),
      ...(said.median === null ? [] : [`You usually answer in ${said.median}`]),
      `Overdue: ${said.breached}${said.excused > 0 ? `, not your fault: ${said.excused}` : ''}`,
      ...(said.afterHours > 0 ? [`Answers outside working hours: ${said.afterHours}`] : []),
      ...(said.noReply > 0 ? [`Marked “no reply needed”: ${said.noReply}`] : []),
      ...(said.formal > 0 ? [`Mere nods (“+”, “ok”): ${said.formal}`] : []),
    ].join('\n'),
  checkTitle: 'Otklik: a test message',
  check: 'A test message. You are reading it, so Otklik can reach you when a client waits.',
};

export const BOT_TEXTS: Readonly<Record<Locale, BotTexts>> = { ru, en };
