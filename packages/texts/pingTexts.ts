import type { LateReason, Locale, Outcome, Why } from '@otklik/domain';

export interface PingTexts {
  waits(client: string): string;
  overdue(client: string): string;
  unnamed: string;
  since(time: string): string;
  answerBy(time: string): string;
  windowEnded(time: string): string;
  owner(name: string): string;
  apologise: string;
  missedCall(client: string): string;
  /** The second ping about a missed call. */
  notCalledBack(client: string): string;
  callFirst: string;
  alsoOn(channels: string): string;
  farewell: string;
  standsIn(why: Why, owner: string): string | null;
  late(duration: string, reason: LateReason | null): string;
  /** The ping is in time, but acknowledged events are not recorded yet. */
  unrecorded: string;
  lateDelivered(duration: string): string;
  afterHours: string;
  channelGone: string;
  noText: string;
  subject(title: string): string;
  quoted(text: string): string;
  call: string;
  inWork(name: string, until: string): string;
  yours(until: string): string;
  closed(outcome: Outcome, duration: string, by: string | null): string;
  lateBy(duration: string): string;
  /** The wait turned out to be part of another. */
  joined: string;
  replyHint: string;
  /** Nobody vouches for the number: it may be a stranger's. */
  typedPhone(number: string): string;
  /** `by`: who handed it over; null: nobody of ours. `until`: null once they have taken it. */
  handedToYou(by: string | null, until: string | null): string;
  /** To the giver. `back`: whose it would be again; null: the reader's. */
  handedPending(name: string, until: string, back: string | null): string;
  handedAccepted(name: string): string;
  /** To the giver: it is theirs again. */
  handedBack(name: string): string;
  /** No transport reaches this person, so the reader is asked. */
  insteadOf(name: string): string;
  somebody: string;
  /** Who uses the administrator's token. */
  admin: string;
  open: string;
  board: string;
  onBoard: string;
  noMailReply: string;
}

const ru: PingTexts = {
  waits: (client) => `${client} ждёт ответа`,
  overdue: (client) => `${client} ждёт ответа слишком долго`,
  unnamed: 'Клиент',
  since: (time) => `Ждёт с ${time}`,
  answerBy: (time) => `ответить до ${time}`,
  windowEnded: (time) => `срок вышел в ${time}`,
  owner: (name) => `Отвечает ${name}`,
  apologise: 'Извинитесь за задержку и поблагодарите за ожидание.',
  missedCall: (client) => `Пропущенный звонок: ${client}`,
  notCalledBack: (client) => `Ещё не перезвонили: ${client}`,
  callFirst: '«Удобно ли сейчас говорить?» — начните звонок с этого вопроса и извинитесь за задержку.',
  alsoOn: (channels) => `Пишет также: ${channels}`,
  farewell: 'Похоже на прощание. Если ответа не нужно, отметьте это.',
  standsIn: (why, owner) => {
    switch (why) {
      case 'owner_away':
        return `${owner}: нет на месте, обращение у вас`;
      case 'overloaded':
        return `${owner}: слишком много открытых обращений, новое у вас`;
      case 'on_duty':
        return 'Ваша смена';
      case 'handed_over':
        return 'Обращение передано вам';
      default:
        return null;
    }
  },
  late: (duration, reason) => `Напоминание опоздало на ${duration}${reason ? `: ${LATE_RU[reason]}` : ''}.`,
  unrecorded: 'События из каналов ещё не все записаны: возможно, клиенту уже ответили.',
  lateDelivered: (duration) => `Канал доставил обращение с опозданием на ${duration}: это не ваша задержка.`,
  afterHours: 'Нерабочее время',
  channelGone: 'Канал убран из настроек: ответов там больше не видно. Ответили — нажмите «Ответа не нужно».',
  noText: 'Без текста',
  subject: (title) => `О чём: ${title}`,
  quoted: (text) => `«${text}»`,
  call: 'Звонок',
  inWork: (name, until) => `Занимается ${name} (до ${until})`,
  yours: (until) => `За вами до ${until}`,
  closed: (outcome, duration, by) => {
    const who = by ? ` — ${by}` : '';
    switch (outcome) {
      case 'answered':
        return `Отвечено за ${duration}${who}`;
      case 'attempted':
        return `Перезвонили через ${duration}, не дозвонились${who}`;
      case 'self_served':
        return `Клиент дозвонился сам через ${duration}${who}`;
      case 'no_reply_needed':
        return `Ответа не нужно${who}`;
      case 'withdrawn':
        return 'Клиент удалил сообщение';
    }
  },
  lateBy: (duration) => `На ${duration} позже срока`,
  joined: 'Это часть другого обращения клиента: отвечать нужно там',
  replyHint: 'Чтобы ответить клиенту, ответьте на это сообщение.',
  typedPhone: (number) => `Телефон указан клиентом, не проверен: ${number}`,
  handedToYou: (by, until) =>
    `Передано вам${by === null ? '' : ` от коллеги: ${by}`}.${until === null ? '' : ` Возьмите до ${until}, иначе вернётся.`}`,
  handedPending: (name, until, back) =>
    `Передано: ${name}. Не возьмёт до ${until} — вернётся ${back === null ? 'к вам' : `(${back})`}.`,
  handedAccepted: (name) => `Передано и принято: ${name}`,
  handedBack: (name) => `${name} не берёт: обращение снова у вас`,
  insteadOf: (name) => `${name}: сообщения не доходят, поэтому пишем вам`,
  somebody: 'сотрудник',
  admin: 'администратор',
  open: 'Открыть чат',
  board: 'Доска',
  onBoard: 'На доске',
  noMailReply: 'Не отвечайте на это письмо: до клиента ответ не дойдёт.',
};

const LATE_RU: Record<LateReason, string> = {
  outage: '«Отклик» не работал',
  backlog: 'события из каналов записывались с задержкой, ответ мог быть среди них',
  delivery: 'канал поздно доставил обращение',
  policy: 'по новым правилам срок уже прошёл',
  quiet: 'были тихие часы',
  slept: 'компьютер с «Откликом» спал',
  overload: 'система была перегружена',
  transport: 'мессенджер не принимал сообщения',
  corrected: 'история клиента уточнилась',
};

const en: PingTexts = {
  waits: (client) => `${client} is waiting for an answer`,
  overdue: (client) => `${client} has waited too long`,
  unnamed: 'A client',
  since: (time) => `Waiting since ${time}`,
  answerBy: (time) => `answer by ${time}`,
  windowEnded: (time) => `time ran out at ${time}`,
  owner: (name) => `${name} is responsible`,
  apologise: 'Apologise for the delay and thank them for waiting.',
  missedCall: (client) => `Missed call: ${client}`,
  notCalledBack: (client) => `Not called back yet: ${client}`,
  callFirst: '“Is this a good time to talk?” Open the call with this question, and apologise for the delay.',
  alsoOn: (channels) => `Also asks on: ${channels}`,
  farewell: 'Looks like a goodbye. If no reply is needed, mark it so.',
  standsIn: (why, owner) => {
    switch (why) {
      case 'owner_away':
        return `${owner} is away, so this is yours`;
      case 'overloaded':
        return `${owner} has too many open requests, so this is yours`;
      case 'on_duty':
        return 'Your shift';
      case 'handed_over':
        return 'Handed over to you';
      default:
        return null;
    }
  },
  late: (duration, reason) => `This reminder is ${duration} late${reason ? `: ${LATE_EN[reason]}` : ''}.`,
  unrecorded: 'Events of the channels are not all recorded yet: perhaps the client has been answered.',
  lateDelivered: (duration) => `The channel delivered this ${duration} late: that delay is not yours.`,
  afterHours: 'Outside working hours',
  channelGone:
    'This channel is gone from the settings: answers there are not seen any more. If you have answered, press “No reply needed”.',
  noText: 'No text',
  subject: (title) => `About: ${title}`,
  quoted: (text) => `“${text}”`,
  call: 'Call',
  inWork: (name, until) => `${name} is on it until ${until}`,
  yours: (until) => `You are on it until ${until}`,
  closed: (outcome, duration, by) => {
    const who = by ? ` — ${by}` : '';
    switch (outcome) {
      case 'answered':
        return `Answered in ${duration}${who}`;
      case 'attempted':
        return `Called back after ${duration}, not reached${who}`;
      case 'self_served':
        return `The client got through after ${duration}${who}`;
      case 'no_reply_needed':
        return `No reply needed${who}`;
      case 'withdrawn':
        return 'The client deleted the message';
    }
  },
  lateBy: (duration) => `${duration} past the deadline`,
  joined: 'This is part of another request of the client: answer it there',
  replyHint: 'To answer the client, reply to this message.',
  typedPhone: (number) => `Number as typed by the client, not verified: ${number}`,
  handedToYou: (by, until) =>
    `Handed over to you${by === null ? '' : ` by ${by}`}.${until === null ? '' : ` Take it by ${until}, or it goes back.`}`,
  handedPending: (name, until, back) =>
    `Handed over to ${name}. Not taken by ${until}, it goes back to ${back ?? 'you'}.`,
  handedAccepted: (name) => `Handed over to ${name}, who has it`,
  handedBack: (name) => `${name} did not take it, so it is yours again`,
  insteadOf: (name) => `${name} cannot be reached, so you are asked`,
  somebody: 'somebody',
  admin: 'an administrator',
  open: 'Open chat',
  board: 'Board',
  onBoard: 'On the board',
  noMailReply: 'Do not reply to this mail: the client would not get it.',
};

const LATE_EN: Record<LateReason, string> = {
  outage: 'Otklik was down',
  backlog: 'events of the channels were recorded late, an answer may be among them',
  delivery: 'the channel delivered it late',
  policy: 'only the new policy asks for it',
  quiet: 'it was your quiet time',
  slept: 'the machine that runs Otklik was asleep',
  overload: 'the system was overloaded',
  transport: 'the messenger did not take messages',
  corrected: 'the history of the client was corrected',
};

export const PING_TEXTS: Readonly<Record<Locale, PingTexts>> = { ru, en };
