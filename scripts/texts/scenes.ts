// The messages that docs/texts.md shows whole.

import type { Locale } from '../../packages/domain/index.ts';
import type { ClaimedNotice, DisputeSaid, NamedWait, ReplyFate } from '../../packages/store/index.ts';
import { mailOf } from '../../services/notifier/messages/mail.ts';
import { messageOf } from '../../services/notifier/telegram/messageOf.ts';
import { company, person, pingAbout, waiting } from '../../services/notifier/testing/company.ts';

const SECOND = 1_000;
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);

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

/** Each message in both languages, as markdown. */
export const scenes = (): string[] => SCENES.flatMap(sceneOf);
