// docs/texts.md: everything that a person gets from us by message, as the code says it, Russian and English.
import { MOST_FROM_TELEGRAM } from '../packages/channels/index.ts';
import type { Locale, LocalizedText } from '../packages/domain/index.ts';
import {
  cadenceTextsOf,
  colleagueTextsOf,
  disputeTextsOf,
  endedTextsOf,
  fileTextsOf,
  joinTextsOf,
  leftTextsOf,
  listTextsOf,
  MENU,
  MENU_OF_HEADS,
  mailReplyTextsOf,
  refusalTextsOf,
  signInTextsOf,
  textsOf,
} from '../packages/texts/index.ts';
import {
  CADENCES,
  CHANNEL_TEST,
  CHANNELS,
  COLLEAGUES,
  DISPUTES,
  ENDED,
  FILES,
  JOINS,
  LEFT,
  LISTS,
  REACH,
  REFUSALS,
  RELAYS,
  REPLIES,
  type Samples,
  TEXTS,
} from './texts/samples.ts';
import { scenes } from './texts/scenes.ts';

/** The whole page. */
export function textsPage(): string {
  const tables = [
    ['Pings and the bot', rowsOf(TEXTS, textsOf)],
    ['Lists', rowsOf(LISTS, listTextsOf)],
    ['Files and edits', rowsOf(FILES, (locale) => fileTextsOf(locale, MOST_FROM_TELEGRAM))],
    ['Disputes', rowsOf(DISPUTES, disputeTextsOf)],
    ['The call-back plan', rowsOf(CADENCES, cadenceTextsOf)],
    ['Reasons to choose from', reasons()],
    ['Ends, by mail', rowsOf(ENDED, endedTextsOf)],
    ['Replies by mail', rowsOf(REPLIES, mailReplyTextsOf)],
    ['Who waited before', rowsOf(LEFT, leftTextsOf)],
    ['Colleagues to choose from', rowsOf(COLLEAGUES, colleagueTextsOf)],
    ['The menu of the bot', menu()],
    ['Whether people are reached', REACH.map(rowOf)],
    ['Channels that are silent, or keep something aside', CHANNELS.map(rowOf)],
    ['Why an answer does not go on', RELAYS.map(rowOf)],
    ['A test of a channel', CHANNEL_TEST.map(rowOf)],
    ['Refusals of the board', rowsOf(REFUSALS, refusalTextsOf)],
    ['Joins of clients', rowsOf(JOINS, joinTextsOf)],
    ['The page of a sign-in link', signIn()],
  ] as const;
  return [
    '# What people receive',
    '',
    'Every message that Otklik sends to a person, and what the server says on the board, made from the code by `npm run check -- --fix`: first whole messages as they stand in a chat or mail, then each text by itself.',
    '',
    '## Messages',
    '',
    ...scenes(),
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

const rowOf = ({ ru, en }: LocalizedText): string => `| ${cell(ru)} | ${cell(en)} |`;

const menu = (): string[] =>
  [...MENU.ru, MENU_OF_HEADS.ru].map(({ command, description }) =>
    rowOf({
      ru: `/${command} — ${description}`,
      en: `/${command} — ${[...MENU.en, MENU_OF_HEADS.en].find((each) => each.command === command)?.description}`,
    }),
  );

function signIn(): string[] {
  const said = (locale: Locale): string[] => {
    const { ready, used, expired, unknown, gone, tooMany, remedy, board, who } = signInTextsOf(locale);
    const roles = (['admin', 'head', 'owner', 'ops'] as const).map((role) => ready.title(who(role, null)));
    return [
      ready.title(who('owner', 'Анна')),
      ...roles,
      ready.lead,
      ready.button,
      used.title,
      used.lead('23.11 10:00'),
      ...[expired, unknown, gone].flatMap(({ title, lead }) => [title, lead]),
      tooMany.title,
      tooMany.lead(42),
      remedy,
      board,
    ];
  };
  const english = said('en');
  return said('ru').map((ru, index) => rowOf({ ru, en: english[index] ?? '' }));
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
