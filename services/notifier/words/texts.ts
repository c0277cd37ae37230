import type { LateReason, Locale, Outcome, Why } from '@otklik/domain';

/** Everything that a person gets from us by message. Written twice, not translated. */
export interface Texts {
  waits(client: string): string;
  overdue(client: string): string;
  unnamed: string;
  since(time: string): string;
  answerBy(time: string): string;
  windowEnded(time: string): string;
  owner(name: string): string;
  apologise: string;
  callFirst: string;
  missedCall(client: string): string;
  /** The second word about a missed call, of which the first was told at once. */
  notCalledBack(client: string): string;
  alsoOn(channels: string): string;
  farewell: string;
  standsIn(why: Why, owner: string): string | null;
  late(duration: string, reason: LateReason | null): string;
  /** Of a ping that is in time while acknowledged events are unrecorded. */
  unrecorded: string;
  lateDelivered(duration: string): string;
  afterHours: string;
  /** Of a wait whose channel is gone. */
  channelGone: string;
  noText: string;
  /** What the conversation is about. */
  subject(title: string): string;
  quoted(text: string): string;
  call: string;
  inWork(name: string, until: string): string;
  /** The reader took it. */
  yours(until: string): string;
  closed(outcome: Outcome, duration: string, by: string | null): string;
  lateBy(duration: string): string;
  /** Of a wait that turned out to be part of another. */
  joined: string;
  replyHint: string;
  take: string;
  callBack: string;
  /** A number that nobody vouches for: it may be a stranger's. */
  typedPhone(number: string): string;
  /** Which of our telephones rings first. */
  calling(from: string): string;
  callFailed(problem: string, number: string): string;
  callUnknown(problem: string, number: string): string;
  justCalled: string;
  cannotCall: string;
  pressedLongAgo: string;
  /** To be tapped: the reader's own telephone dials. */
  dial(number: string): string;
  noReply: string;
  handOver: string;
  open: string;
  board: string;
  /** Before a link to the very wait. */
  onBoard: string;
  /** Under a ping by mail. */
  noMailReply: string;
  back: string;
  /** `late`: the window has ended; `next`: when the chain goes on, if it does. */
  took(window: string, late: boolean, next: string | null): string;
  release: string;
  released(next: string | null): string;
  notTaken: string;
  takenBy(name: string): string;
  alreadyTaken: string;
  alreadyClosed: string;
  decided: string;
  /** `until`: when it comes back untaken; null: it does not. */
  handedTo(name: string, until: string | null): string;
  /** To whom it was handed over: who did it (null: nobody of ours), and until when they have to take it (null: they have). */
  handedToYou(by: string | null, until: string | null): string;
  /** To whoever handed it over. `back`: whose it is again then; null: the reader's own. */
  handedPending(name: string, until: string, back: string | null): string;
  handedAccepted(name: string): string;
  /** Whoever got it did not take it: it is the reader's again. */
  handedBack(name: string): string;
  /** A hand-over to somebody whom no transport reaches is refused. */
  cannotReach(name: string): string;
  unknownWait: string;
  sameOwner: string;
  chooseWhom: string;
  notOurs(id: number): string;
  hello(name: string): string;
  sentTo(client: string): string;
  /** The words were edited when the client had them already. */
  editedLate(client: string): string;
  notSent(client: string, problem: string, waits: boolean): string;
  /** Why words did not get through, where nothing more is known. */
  notGotThrough: string;
  /** `waits`: whether the client still does. */
  cannotWrite(channel: string, waits: boolean): string;
  nothingToAnswer: string;
  noWaits: string;
  badCode: string;
  tooManyCodes(seconds: number): string;
  notYourPing: string;
  wentAway(until: string, standIns: readonly StandIn[], open: OpenOfAway): string;
  awayHow: string;
  cameBack: string;
  /** In the language that was just chosen. */
  inThisLanguage: string;
  languages: string;
  onlyHeadsInvite: string;
  /** `people`: a command for each. */
  inviteWhom(people: readonly string[]): string;
  invited(name: string, code: string, until: string): string;
  noWeek: string;
  week(said: Week): string;
  somebody: string;
  /** Whoever uses the administrator's token. */
  admin: string;
  /** Why the reader is asked: no transport reaches this person. */
  insteadOf(name: string): string;
  checkTitle: string;
  check: string;
}

/** Whom the new requests of some channels go to while somebody is away. */
export interface StandIn {
  /** null: nobody is there, and whoever left is asked all the same. */
  readonly who: string | null;
  /** Nothing reaches them. */
  readonly isDeaf: boolean;
  readonly channels: string;
}

/** Of the open requests of somebody who left: how many others are asked about, and how many they still are. */
export interface OpenOfAway {
  readonly passed: number;
  readonly kept: number;
}

/** An owner's last seven days. */
export interface Week {
  readonly waits: number;
  readonly answered: number;
  /** Of `judged`, all whose window has ended. */
  readonly inTime: number;
  readonly judged: number;
  /** As a clock face; null when nothing was answered. */
  readonly median: string | null;
  readonly breached: number;
  /** Breaches that are not theirs: excused by the head, or delivered late. */
  readonly excused: number;
  readonly formal: number;
  readonly noReply: number;
  readonly afterHours: number;
}

/** Whole per cent; 100 only when it is all, and 0 only when it is none. */
const share = (part: number, whole: number): string => {
  if (part >= whole) return '100%';
  return part === 0 ? '0%' : `${Math.min(99, Math.max(1, Math.round((100 * part) / whole)))}%`;
};

const ru: Texts = {
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
  take: 'Беру',
  callBack: 'Перезвонить',
  typedPhone: (number) => `Телефон указан клиентом, не проверен: ${number}`,
  calling: (from) => `Звоним вам на ${from}, потом клиенту.`,
  callFailed: (problem, number) => `${problem}. Наберите сами: ${number}`,
  callUnknown: (problem, number) => `${problem}. Если телефон не зазвонит, наберите сами: ${number}`,
  justCalled: 'Звонок уже заказан: подождите, ваш телефон зазвонит.',
  cannotCall: 'Отсюда клиенту не перезвонить: наберите его сами.',
  pressedLongAgo: 'Кнопку нажали давно, звонить не стали. Если нужно, нажмите ещё раз.',
  dial: (number) => `Позвонить: ${number}`,
  noReply: 'Ответа не нужно',
  handOver: 'Передать…',
  open: 'Открыть чат',
  board: 'Доска',
  onBoard: 'На доске',
  noMailReply: 'Не отвечайте на это письмо: до клиента ответ не дойдёт.',
  back: '← Назад',
  took: (window, late, next) =>
    `Клиент за вами. ${late ? `Срок вышел в ${window}: ответьте сейчас.` : `Ответьте до ${window}.`}${next === null ? '' : ` Не ответите — напомним в ${next}.`}`,
  release: 'Отпустить',
  released: (next) =>
    `Клиент больше не за вами.${next === null ? '' : ` Следующее напоминание — в ${next}.`}`,
  notTaken: 'Это обращение уже не за вами.',
  takenBy: (name) => `Уже занимается ${name}.`,
  alreadyTaken: 'Вы уже брали это обращение: второй раз срок не сдвинется.',
  alreadyClosed: 'Клиент уже не ждёт.',
  decided: 'Записано: ответа не нужно.',
  handedTo: (name, until) =>
    `Передано: ${name}.${until === null ? '' : ` Не возьмёт до ${until} — вернётся к вам.`}`,
  handedToYou: (by, until) =>
    `Передано вам${by === null ? '' : ` от коллеги: ${by}`}.${until === null ? '' : ` Возьмите до ${until}, иначе вернётся.`}`,
  handedPending: (name, until, back) =>
    `Передано: ${name}. Не возьмёт до ${until} — вернётся ${back === null ? 'к вам' : `(${back})`}.`,
  handedAccepted: (name) => `Передано и принято: ${name}`,
  handedBack: (name) => `${name} не берёт: обращение снова у вас`,
  cannotReach: (name) => `Не передано: сообщения до этого сотрудника не доходят (${name}). Выберите другого.`,
  unknownWait: 'Этого обращения больше нет.',
  sameOwner: 'За это обращение уже отвечает этот сотрудник.',
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
  onlyHeadsInvite: 'Подключать сотрудников может руководитель.',
  inviteWhom: (people) =>
    people.length === 0 ? 'Подключать некого.' : ['Кого подключить?', ...people].join('\n'),
  invited: (name, code, until) =>
    `Перешлите сотруднику (${name}): до ${until} нужно отправить этому боту\n/start ${code}`,
  cameBack: 'С возвращением! Обращения снова приходят вам.',
  inThisLanguage: 'Теперь пишу вам по-русски. Back to English: /lang en',
  languages: '/lang ru — по-русски\n/lang en — in English',
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
  somebody: 'сотрудник',
  admin: 'администратор',
  insteadOf: (name) => `${name}: сообщения не доходят, поэтому пишем вам`,
  checkTitle: 'Отклик: проверка связи',
  check: 'Проверка связи. Вы это читаете — значит, Отклик сможет написать вам, когда будет ждать клиент.',
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

const en: Texts = {
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
  take: 'Mine',
  callBack: 'Call back',
  typedPhone: (number) => `Number as typed by the client, not verified: ${number}`,
  calling: (from) => `Calling you on ${from}, then the client.`,
  callFailed: (problem, number) => `${problem}. Dial yourself: ${number}`,
  callUnknown: (problem, number) => `${problem}. If your telephone does not ring, dial yourself: ${number}`,
  justCalled: 'The call is ordered already: wait for your telephone to ring.',
  cannotCall: 'The client cannot be called from here: dial them yourself.',
  pressedLongAgo: 'The button was pressed long ago, so nobody was called. Press again if it is still needed.',
  dial: (number) => `Call ${number}`,
  noReply: 'No reply needed',
  handOver: 'Hand over…',
  open: 'Open chat',
  board: 'Board',
  onBoard: 'On the board',
  noMailReply: 'Do not reply to this mail: the client would not get it.',
  back: '← Back',
  took: (window, late, next) =>
    `It is yours. ${late ? `Time ran out at ${window}: answer now.` : `Answer by ${window}.`}${next === null ? '' : ` If not, we remind again at ${next}.`}`,
  release: 'Release',
  released: (next) =>
    `It is not yours any more.${next === null ? '' : ` The next reminder comes at ${next}.`}`,
  notTaken: 'You are not on this one any more.',
  takenBy: (name) => `${name} is on it already.`,
  alreadyTaken: 'You have taken this one before: the deadline does not move twice.',
  alreadyClosed: 'The client is not waiting any more.',
  decided: 'Noted: no reply needed.',
  handedTo: (name, until) =>
    `Handed over to ${name}.${until === null ? '' : ` Not taken by ${until}, it comes back to you.`}`,
  handedToYou: (by, until) =>
    `Handed over to you${by === null ? '' : ` by ${by}`}.${until === null ? '' : ` Take it by ${until}, or it goes back.`}`,
  handedPending: (name, until, back) =>
    `Handed over to ${name}. Not taken by ${until}, it goes back to ${back ?? 'you'}.`,
  handedAccepted: (name) => `Handed over to ${name}, who has it`,
  handedBack: (name) => `${name} did not take it, so it is yours again`,
  cannotReach: (name) => `Not handed over: no message reaches ${name}. Choose somebody else.`,
  unknownWait: 'This request is no longer there.',
  sameOwner: 'It is with that person already.',
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
  onlyHeadsInvite: 'Heads let people in.',
  inviteWhom: (people) =>
    people.length === 0 ? 'There is nobody to let in.' : ['Whom to let in?', ...people].join('\n'),
  invited: (name, code, until) =>
    `${name}: pass this on. Until ${until} they can send this to the bot:\n/start ${code}`,
  cameBack: 'Welcome back! Requests come to you again.',
  inThisLanguage: 'From now on I write to you in English. По-русски: /lang ru',
  languages: '/lang en — in English\n/lang ru — по-русски',
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
  somebody: 'somebody',
  admin: 'an administrator',
  insteadOf: (name) => `${name} cannot be reached, so you are asked`,
  checkTitle: 'Otklik: a test message',
  check: 'A test message. You are reading it, so Otklik can reach you when a client waits.',
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

const TEXTS: Record<Locale, Texts> = { ru, en };

export const textsOf = (locale: Locale): Texts => TEXTS[locale];
