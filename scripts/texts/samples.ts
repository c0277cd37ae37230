// With what docs/texts.md shows each text.

import type { LocalizedText } from '../../packages/domain/index.ts';
import {
  type CadenceTexts,
  CHANNEL_GONE,
  CHANNEL_OFFLINE,
  type ColleagueTexts,
  checked,
  type DisputeTexts,
  type EndedTexts,
  type FileTexts,
  type JoinTexts,
  type LeftTexts,
  type ListTexts,
  lasted,
  type MailReplyTexts,
  NO_ADDRESS,
  NO_WAIT,
  NOT_POSTED,
  NOTHING_UNDERSTOOD,
  notAnswered,
  notUnderstood,
  posted,
  type RefusalTexts,
  silent,
  TEST_CLOSED,
  TEST_NOT_CLOSED,
  type Texts,
  TOLD_NOBODY,
  toldAtOnce,
  understood,
  unproven,
  WAITED_ALREADY,
  waitOpened,
} from '../../packages/texts/index.ts';

/** With what each text is said. A text of which nobody has thought here is a type error. */
export type Samples<T> = {
  readonly [K in keyof T]: T[K] extends (...said: infer A) => unknown ? readonly A[] : 'as it is';
};

/** Of what is shared, what stands among the disputes. */
type NotHere = 'dispute' | 'reasons' | 'accept' | 'reject' | 'transport';

const AS_IT_IS = 'as it is';

const ACTIONS = ['call', 'message', 'email_or_sms', 'task', 'return_to_source', 'control'] as const;
const ENDS = ['reached', 'client_turned_up', 'released', 'completed', 'opted_out'] as const;

export const CADENCES: Samples<CadenceTexts> = {
  title: ACTIONS.map((action) => [action, 'Иван'] as const),
  hint: ACTIONS.map((action) => [action] as const),
  place: [['Телефон', 2]],
  number: [['+79160000001']],
  notMade: [['Иван']],
  notMadeHint: AS_IT_IS,
  ended: ENDS.map((reason) => [reason, 'Иван'] as const),
  endedHint: [['client_turned_up'], ['reached']],
  buttons: AS_IT_IS,
  noted: AS_IT_IS,
  refused: [['unknown_cadence'], ['ended'], ['nothing_open']],
};

export const TEXTS: Samples<Omit<Texts, NotHere>> = {
  waits: [['Иван']],
  overdue: [['Иван']],
  unnamed: AS_IT_IS,
  since: [['10:00:00']],
  answerBy: [['10:05:00']],
  windowEnded: [['10:05:00']],
  owner: [['Борис']],
  apologise: AS_IT_IS,
  notCalledBack: [['+7 999 000-00-01']],
  missedCall: [['Иван']],
  typedPhone: [['+79160000001']],
  callFirst: AS_IT_IS,
  alsoOn: [['WhatsApp, Avito']],
  farewell: AS_IT_IS,
  standsIn: [
    ['owner_away', 'Борис'],
    ['overloaded', 'Борис'],
    ['on_duty', 'Борис'],
    ['handed_over', 'Борис'],
  ],
  late: [
    ['0:42', null],
    ['0:42', 'outage'],
    ['0:42', 'backlog'],
    ['0:42', 'delivery'],
    ['0:42', 'corrected'],
    ['0:42', 'policy'],
    ['0:42', 'overload'],
    ['0:42', 'quiet'],
    ['0:42', 'slept'],
    ['0:42', 'transport'],
  ],
  unrecorded: AS_IT_IS,
  lateDelivered: [['1:30']],
  afterHours: AS_IT_IS,
  channelGone: AS_IT_IS,
  noText: AS_IT_IS,
  subject: [['Диван угловой, 25 000 ₽']],
  quoted: [['…']],
  call: AS_IT_IS,
  inWork: [['Борис', '10:07:00']],
  yours: [['10:07:00']],
  closed: [
    ['answered', '2:41', 'Борис'],
    ['attempted', '2:41', 'Борис'],
    ['self_served', '2:41', null],
    ['no_reply_needed', '2:41', 'Борис'],
    ['withdrawn', '2:41', null],
  ],
  lateBy: [['1:10']],
  joined: AS_IT_IS,
  replyHint: AS_IT_IS,
  take: AS_IT_IS,
  callBack: AS_IT_IS,
  calling: [['101']],
  callFailed: [['…', '+79160000001']],
  callUnknown: [['…', '+79160000001']],
  justCalled: AS_IT_IS,
  cannotCall: AS_IT_IS,
  cannotCallHere: AS_IT_IS,
  pressedLongAgo: AS_IT_IS,
  dial: [['+79160000001']],
  noReply: AS_IT_IS,
  handOver: AS_IT_IS,
  open: AS_IT_IS,
  board: AS_IT_IS,
  onBoard: AS_IT_IS,
  noMailReply: AS_IT_IS,
  back: AS_IT_IS,
  took: [
    ['10:05:00', false, '10:07:00'],
    ['10:05:00', true, null],
  ],
  release: AS_IT_IS,
  released: [['10:06:00']],
  notTaken: AS_IT_IS,
  takenBy: [
    ['Борис', null],
    ['Борис', 40],
  ],
  alreadyTaken: AS_IT_IS,
  alreadyClosed: AS_IT_IS,
  decided: AS_IT_IS,
  cannotReach: [['Борис']],
  handedTo: [
    ['Борис', '14:05:00'],
    ['Борис', null],
  ],
  handedToYou: [
    ['Анна', '14:05:00'],
    ['Анна', null],
    [null, '14:05:00'],
  ],
  handedPending: [
    ['Борис', '14:05:00', null],
    ['Борис', '14:05:00', 'Анна'],
  ],
  handedAccepted: [['Борис']],
  handedBack: [['Борис']],
  unknownWait: AS_IT_IS,
  sameOwner: AS_IT_IS,
  unknownPerson: AS_IT_IS,
  chooseWhom: AS_IT_IS,
  notOurs: [[100001]],
  hello: [['Анна']],
  sentTo: [['Иван']],
  editedLate: [['Иван']],
  notSent: [
    ['Иван', 'клиент заблокировал бота', true],
    ['Иван', 'клиент заблокировал бота', false],
  ],
  notGotThrough: AS_IT_IS,
  cannotWrite: [
    ['Avito', true],
    ['Avito', false],
  ],
  nothingToAnswer: AS_IT_IS,
  noWaits: AS_IT_IS,
  badCode: AS_IT_IS,
  tooManyCodes: [[42]],
  notYourPing: AS_IT_IS,
  wentAway: [
    [
      '14:30:00',
      [
        { who: 'Борис', isDeaf: false, channels: 'Чат на сайте, Почта' },
        { who: 'Глеб', isDeaf: true, channels: 'Телефон' },
        { who: null, isDeaf: false, channels: 'Авито' },
      ],
      { passed: 2, kept: 1 },
    ],
  ],
  awayHow: AS_IT_IS,
  cameBack: AS_IT_IS,
  inThisLanguage: AS_IT_IS,
  languages: AS_IT_IS,
  onlyHeadsInvite: AS_IT_IS,
  inviteWhom: [[['/invite boris — Борис']], [[]]],
  invited: [['Борис', 'ABCDEFGH', '14:30:00']],
  noWeek: AS_IT_IS,
  week: [
    [
      {
        waits: 42,
        answered: 40,
        inTime: 37,
        judged: 40,
        median: '1:58',
        breached: 3,
        excused: 1,
        formal: 2,
        noReply: 4,
        afterHours: 5,
      },
    ],
  ],
  somebody: AS_IT_IS,
  admin: AS_IT_IS,
  insteadOf: [['Борис']],
  checkTitle: AS_IT_IS,
  check: AS_IT_IS,
};

const MB = 1024 * 1024;
export const FILES: Samples<FileTexts> = {
  sentAlbum: [
    ['Иван', 3, 3],
    ['Иван', 2, 3],
  ],
  edited: [['Иван']],
  noFile: [
    ['sticker', true],
    ['location', true],
    ['contact', true],
    ['poll', true],
    ['video_note', true],
    ['other', false],
  ],
  notCarried: [
    ['photo', { why: 'nothing' }, 'СМС', true, false],
    ['photo', { why: 'nothing' }, 'СМС', true, true],
    ['video', { why: 'kind', can: { photo: { most: 24 * MB } } }, 'Авито', true, false],
    ['document', { why: 'type', mime: 'application/zip' }, 'WhatsApp', true, false],
    ['document', { why: 'size', most: 5 * MB, size: 18.3 * MB }, 'WhatsApp', false, false],
    ['video', { why: 'telegram', size: 35 * MB }, 'WhatsApp', true, false],
  ],
  whyNotCarried: [
    [{ why: 'kind', can: { photo: { most: 5 * MB }, document: { most: 100 * MB } } }, 'WhatsApp'],
  ],
};

export const LISTS: Samples<ListTexts> = {
  waiting: [[5]],
  waitingPage: [[30, 11, 20]],
  owed: [['Извинитесь за задержку и поблагодарите за ожидание.']],
  allAnswered: [[5]],
  nobodyWaits: [[5]],
  whileAway: [[5]],
  since: [['10:00:00']],
  answerBy: [['10:05:00']],
  owner: [['Борис']],
  inWork: [['Борис']],
  yours: AS_IT_IS,
  handedOver: AS_IT_IS,
  handedBack: AS_IT_IS,
  channelGone: AS_IT_IS,
  more: [[12]],
  take: [[2]],
  blame: [[2]],
  blameHere: AS_IT_IS,
  earlier: [[1, 10]],
  later: [[11, 20]],
  again: AS_IT_IS,
  trueAt: [['10:00:00']],
  notTurned: AS_IT_IS,
  takeHint: AS_IT_IS,
  notOne: AS_IT_IS,
};

export const DISPUTES: Samples<Omit<DisputeTexts, 'reasons'>> = {
  dispute: AS_IT_IS,
  whichReason: AS_IT_IS,
  opened: [['Анна']],
  answeredIn: [['7:10', '5:00']],
  stillWaits: [['5:00']],
  reason: [['…']],
  accept: AS_IT_IS,
  reject: AS_IT_IS,
  acceptedBy: [['Вера', '2:10']],
  rejectedBy: [['Вера']],
  accepted: [['Иван']],
  rejected: [['Иван']],
  note: [['…']],
  sent: [['Вера']],
  notTold: [['Вера']],
  noJudge: AS_IT_IS,
  decided: AS_IT_IS,
  alreadyDisputed: AS_IT_IS,
  alreadyDecided: AS_IT_IS,
  notBreached: AS_IT_IS,
  notYours: AS_IT_IS,
  ownDispute: AS_IT_IS,
  noDispute: AS_IT_IS,
};

export const LEFT: Samples<LeftTexts> = {
  left: [[1], [2], [12]],
  oldest: [['Иван (с 12.11 10:00:00)']],
  since: [['12.11 10:00:00']],
  silent: AS_IT_IS,
  open: AS_IT_IS,
};

export const ENDED: Samples<EndedTexts> = { handedOver: [['Борис']], handedBack: [['Анна']], several: [[3]] };

export const REPLIES: Samples<MailReplyTexts> = {
  hint: AS_IT_IS,
  notSent: AS_IT_IS,
  failed: [['клиент заблокировал бота', true]],
  unclear: AS_IT_IS,
  files: [[true], [false]],
  empty: [[true]],
  quoted: [[true]],
  unknown: AS_IT_IS,
  late: [[true]],
  pictures: AS_IT_IS,
};

export const COLLEAGUES: Samples<ColleagueTexts> = { deaf: AS_IT_IS, away: AS_IT_IS, full: [[5]] };

export const REFUSALS: Samples<RefusalTexts> = {
  notVisible: AS_IT_IS,
  noClientData: AS_IT_IS,
  channelTestsByHeads: AS_IT_IS,
  joinsByHeads: AS_IT_IS,
  linkingByHeads: AS_IT_IS,
  simulationByHeads: AS_IT_IS,
  asideByHeads: AS_IT_IS,
  disputesByHeads: AS_IT_IS,
  speaksForOthers: AS_IT_IS,
  linksOthers: AS_IT_IS,
  fault: AS_IT_IS,
};

export const JOINS: Samples<JoinTexts> = {
  unknownClient: AS_IT_IS,
  sameClient: AS_IT_IS,
  unknownJoin: AS_IT_IS,
  alreadyUndone: AS_IT_IS,
};

const BLOCKED = 'sendMessage: 403 Forbidden: bot was blocked by the user';

/** What is said in both languages at once. */
export const REACH: readonly LocalizedText[] = [
  checked('telegram', 'sent', null),
  checked('telegram', 'refused', BLOCKED),
  checked('email', 'refused', '550 5.1.1 User unknown'),
  checked('telegram', 'closed', 'getMe: 401 Unauthorized'),
  checked('email', 'closed', 'Invalid login: 535'),
  checked('telegram', 'failed', 'sendMessage: no answer (ECONNREFUSED)'),
  checked(null, 'no_way', null),
];

export const CHANNELS: readonly LocalizedText[] = [silent(12, 40 * 60_000), notUnderstood(3), unproven(2)];

export const RELAYS: readonly LocalizedText[] = [CHANNEL_GONE, CHANNEL_OFFLINE];

export const CHANNEL_TEST: readonly LocalizedText[] = [
  posted('/hooks/line', 'HTTP 202'),
  notAnswered('http://127.0.0.1:3000'),
  understood(['message']),
  understood(['call ringing', 'call ended']),
  waitOpened('Анна', { ru: lasted(300_000, 'ru'), en: lasted(300_000, 'en') }),
  toldAtOnce(['Анна (telegram)']),
  TOLD_NOBODY,
  NOT_POSTED,
  NO_ADDRESS,
  NOTHING_UNDERSTOOD,
  NO_WAIT,
  WAITED_ALREADY,
  TEST_CLOSED,
  TEST_NOT_CLOSED,
];
