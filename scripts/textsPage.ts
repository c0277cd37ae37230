// docs/texts.md: everything that a person gets from us by message, as the code says it, Russian and English.
import type { ClaimedNotice, DisputeSaid, NamedWait, ReplyFate } from '../packages/store/index.ts';
import { messageOf } from '../services/notifier/telegram/transport.ts';
import { company, person, pingAbout, waiting } from '../services/notifier/testing/company.ts';
import { mailOf } from '../services/notifier/transports/email.ts';
import { type DisputeTexts, disputeTextsOf } from '../services/notifier/words/disputeTexts.ts';
import { type EndedTexts, endedTextsOf } from '../services/notifier/words/ended.ts';
import { type FileTexts, fileTextsOf } from '../services/notifier/words/fileTexts.ts';
import { type LeftTexts, leftTextsOf } from '../services/notifier/words/leftWaiting.ts';
import { type ListTexts, listTextsOf } from '../services/notifier/words/listTexts.ts';
import { type MailReplyTexts, mailReplyTextsOf } from '../services/notifier/words/mailReply.ts';
import { type Texts, textsOf } from '../services/notifier/words/texts.ts';

type Locale = 'ru' | 'en';

/** With what each text is said. A text of which nobody has thought here is a type error. */
type Samples<T> = {
  readonly [K in keyof T]: T[K] extends (...said: infer A) => unknown ? readonly A[] : 'as it is';
};

const SECOND = 1_000;
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);
const AS_IT_IS = 'as it is';

const TEXTS: Samples<Texts> = {
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
  takenBy: [['Борис']],
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
const FILES: Samples<FileTexts> = {
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

const LISTS: Samples<ListTexts> = {
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

const DISPUTES: Samples<Omit<DisputeTexts, 'reasons'>> = {
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
};

const LEFT: Samples<LeftTexts> = {
  left: [[1], [2], [12]],
  oldest: [['Иван (с 12.11 10:00:00)']],
  since: [['12.11 10:00:00']],
  silent: AS_IT_IS,
  open: AS_IT_IS,
};

const ENDED: Samples<EndedTexts> = { handedOver: [['Борис']], handedBack: [['Анна']], several: [[3]] };

const REPLIES: Samples<MailReplyTexts> = {
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

/** The whole page. */
export function textsPage(): string {
  const tables = [
    ['Pings and the bot', rowsOf(TEXTS, textsOf)],
    ['Lists', rowsOf(LISTS, listTextsOf)],
    ['Files and edits', rowsOf(FILES, fileTextsOf)],
    ['Disputes', rowsOf(DISPUTES, disputeTextsOf)],
    ['Reasons to choose from', reasons()],
    ['Ends, by mail', rowsOf(ENDED, endedTextsOf)],
    ['Replies by mail', rowsOf(REPLIES, mailReplyTextsOf)],
    ['Who waited before', rowsOf(LEFT, leftTextsOf)],
  ] as const;
  return [
    '# What people receive',
    '',
    'Every message that Otklik sends to a person, made from the code by `npm run check -- --fix`: first whole messages as they stand in a chat or mail, then each text by itself.',
    '',
    '## Messages',
    '',
    ...SCENES.flatMap(sceneOf),
    '## Each text',
    '',
    ...tables.flatMap(([title, rows]) => [
      `### ${title}`,
      '',
      '| Russian | English |',
      '|---|---|',
      ...rows,
      '',
    ]),
  ].join('\n');
}

interface Scene {
  readonly title: string;
  readonly notices: readonly ClaimedNotice[];
  readonly now: number;
  readonly by?: 'mail';
  readonly reader?: 'anna' | 'vera';
}

const ivan = (said: Partial<NamedWait> = {}): NamedWait =>
  waiting({ link: 'https://example.ru/chats/1', ...said });
const late = (said: Partial<NamedWait> = {}): NamedWait =>
  ivan({ warned_at: at('10:03:00'), breached_at: at('10:05:00'), ...said });
const answered = (said: Partial<NamedWait> = {}): NamedWait =>
  ivan({ closed_at: at('10:02:41'), outcome: 'answered', answered_by: 'anna', ...said });
const each = (names: readonly string[], said: (name: string, index: number) => NamedWait): ClaimedNotice[] =>
  names.map((name, index) => {
    const id = `0199f3c0-0000-7000-8000-00000000000${index}`;
    return pingAbout({ ...said(name, index), id, client_name: name }, { id: id.replace('-0000-', '-1111-') });
  });
const disputeSaid: DisputeSaid = {
  person: 'anna',
  reason: 'Разговор с другим клиентом',
  decided_by: null,
  accepted: null,
  note: null,
  excused_seconds: null,
};
const decided: DisputeSaid = { ...disputeSaid, decided_by: 'vera', accepted: true, excused_seconds: 130 };

const ended = (wait: NamedWait): ClaimedNotice =>
  pingAbout(wait, { type: 'wait.ended', step: null, stage: null });

const replied = (wait: NamedWait, fate: ReplyFate): ClaimedNotice =>
  pingAbout(wait, {
    type: 'reply.told',
    data: { fate, why: null, mail: { messageId: 'r@mail.example', references: [], pictures: false } },
  });

const SCENES: readonly Scene[] = [
  { title: 'Time is running', notices: [pingAbout(ivan())], now: at('10:03:00') },
  {
    title: 'Time has run out',
    notices: [pingAbout(late(), { stage: 'breached', step: 2 })],
    now: at('10:05:00'),
  },
  {
    title: 'A call that nobody has returned in time',
    notices: [pingAbout(late({ kind: 'call', text: null, link: null }), { stage: 'breached', step: 2 })],
    now: at('10:05:00'),
  },
  {
    title: 'A missed call, to whoever can be rung by the exchange',
    notices: [
      pingAbout(
        ivan({
          channel: 'line',
          kind: 'call',
          text: null,
          thread: '+79160000001',
          client_phone: '+79160000001',
          missed_at: at('10:00:20'),
          link: 'tel:+79160000001',
        }),
        { stage: 'warned', step: 0 },
      ),
    ],
    now: at('10:00:21'),
  },
  {
    title: 'From a form, with a number that nobody vouches for',
    notices: [pingAbout(ivan({ typed_phone: '+79160000001' }), { stage: 'warned', step: 1 })],
    now: at('10:03:00'),
  },
  {
    title: 'In another’s place, with more to know',
    notices: [
      pingAbout(
        ivan({ owner: 'vera', owner_why: 'owner_away', also_on: ['bot'], after_hours: true, farewell: true }),
        {
          recipient: 'vera',
          late_reason: 'outage',
          sent_at: at('10:03:42'),
        },
      ),
    ],
    now: at('10:04:00'),
    reader: 'vera',
  },
  {
    title: 'About an advertisement',
    notices: [
      pingAbout(
        ivan({ subject: { title: 'Диван угловой, 25 000 ₽', link: 'https://www.avito.ru/items/123456' } }),
      ),
    ],
    now: at('10:03:00'),
  },
  {
    title: 'Somebody is on it',
    notices: [pingAbout(ivan({ taken_by: 'boris', taken_until: at('10:05:30') }))],
    now: at('10:03:30'),
  },
  { title: 'Answered', notices: [pingAbout(answered())], now: at('10:03:00') },
  {
    title: 'Answered too late',
    notices: [pingAbout(late({ closed_at: at('10:06:10'), outcome: 'answered', answered_by: 'anna' }))],
    now: at('10:07:00'),
  },
  {
    title: 'Part of another request',
    notices: [pingAbout(ivan({ voided_at: at('10:04:00') }))],
    now: at('10:04:00'),
  },
  {
    title: 'Many at once',
    notices: each(['Иван', 'Ольга', 'Пётр'], (_, index) =>
      index === 1 ? answered() : index === 0 ? late() : ivan({ breach_at: at('10:05:20') }),
    ),
    now: at('10:05:10'),
  },
  {
    title: 'After quiet hours',
    notices: each(['Иван', 'Ольга'], (_, index) => (index === 1 ? answered() : late())).map((notice) => ({
      ...notice,
      recipient: 'vera',
      held: true,
    })),
    now: at('10:30:00'),
    reader: 'vera',
  },
  {
    title: 'A dispute, to the head',
    notices: [
      pingAbout(late({ closed_at: at('10:07:10'), outcome: 'answered', answered_by: 'anna' }), {
        type: 'dispute.opened',
        recipient: 'vera',
        data: disputeSaid,
      }),
    ],
    now: at('10:10:00'),
    reader: 'vera',
  },
  {
    title: 'Who waited before the channel was watched',
    notices: [
      pingAbout(ivan({ history: true }), {
        type: 'history.left',
        stage: null,
        step: null,
        data: { clients: 12, oldest: [] },
        named: [
          ivan({ history: true, opened_at: at('10:00:00') - 11 * 86_400_000 }),
          ivan({ history: true, client_name: 'Ольга', opened_at: at('10:00:00') - 3 * 86_400_000 }),
        ],
      }),
    ],
    now: at('10:00:00'),
  },
  {
    title: 'The decision, to the owner',
    notices: [
      pingAbout(late({ closed_at: at('10:07:10'), outcome: 'answered', answered_by: 'anna' }), {
        type: 'dispute.decided',
        data: decided,
      }),
    ],
    now: at('10:20:00'),
  },
  {
    title: 'By mail',
    notices: [pingAbout(late(), { stage: 'breached' })],
    now: at('10:05:00') + SECOND,
    by: 'mail',
  },
  {
    title: 'By mail, when it is over',
    notices: [ended(late({ closed_at: at('10:06:10'), outcome: 'answered', answered_by: 'anna' }))],
    now: at('10:06:13'),
    by: 'mail',
  },
  {
    title: 'By mail, to one who replied to the ping',
    notices: [replied(answered(), 'sent')],
    now: at('10:02:45'),
    by: 'mail',
  },
  {
    title: 'By mail, to one whose reply went to nobody',
    notices: [replied(late(), 'files')],
    now: at('10:05:45'),
    by: 'mail',
  },
  {
    title: 'By mail, when several are over or somebody else’s',
    notices: each(['Иван', 'Ольга', 'Пётр'], (_, index) =>
      index === 0
        ? answered()
        : index === 1
          ? late({ owner: 'boris' })
          : answered({ outcome: 'no_reply_needed', answered_by: 'vera' }),
    ).map((notice) => ({ ...notice, type: 'wait.ended' as const })),
    now: at('10:06:13'),
    by: 'mail',
  },
];

function sceneOf(scene: Scene): string[] {
  return [
    `### ${scene.title}`,
    '',
    ...(['ru', 'en'] as const).flatMap((locale) => [...said(scene, locale), '']),
  ];
}

function said({ notices, now, by, reader = 'anna' }: Scene, locale: Locale): string[] {
  const config = company();
  const who = { ...person(config, reader), locale };
  if (by === 'mail') {
    const mail = mailOf(notices.map(inTime), who, config, now);
    return boxed([mail?.subject ?? '', '', ...(mail?.lines ?? [])]);
  }
  const message = messageOf(notices.map(inTime), who, config, now);
  const buttons = (message?.reply_markup.inline_keyboard ?? []).map((row) =>
    row.map(({ text }) => `[ ${text} ]`).join(' '),
  );
  return boxed([...plain(message?.text ?? '').split('\n'), ...buttons]);
}

/** Read when it was due, where the scene says nothing else. */
const inTime = (notice: ClaimedNotice): ClaimedNotice => ({
  ...notice,
  sent_at: notice.sent_at ?? notice.due_at,
});

/** As the reader sees it: without the tags that Telegram takes for bold, italics and links. */
const plain = (html: string): string =>
  html
    .replaceAll(/<blockquote>(.*?)<\/blockquote>/gs, '│ $1')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const boxed = (lines: readonly string[]): string[] => ['```text', ...lines, '```'];

function rowsOf<T extends object>(samples: Samples<T>, of: (locale: Locale) => T): string[] {
  return (Object.keys(samples) as (keyof T)[]).flatMap((key) => {
    const sample: unknown = samples[key];
    const texts = (locale: Locale): string[] => {
      const text: unknown = of(locale)[key];
      if (typeof text === 'string') return [text];
      if (typeof text !== 'function' || !Array.isArray(sample)) return [];
      return sample.map((args: readonly unknown[]) => String(text(...args)));
    };
    const english = texts('en');
    return texts('ru').map((russian, index) => `| ${cell(russian)} | ${cell(english[index] ?? '')} |`);
  });
}

const reasons = (): string[] => {
  const english = disputeTextsOf('en').reasons;
  return disputeTextsOf('ru').reasons.map(
    (russian, index) => `| ${cell(russian)} | ${cell(english[index] ?? '')} |`,
  );
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
