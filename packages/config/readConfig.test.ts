import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'vitest';
import { formatFault } from './fault.ts';
import { channelAt } from './keptChannel.ts';
import {
  CONFIG_FORMAT,
  CONTRACT_EXAMPLE,
  configOf,
  ENV,
  faultsOf,
  read,
  SMALLEST,
  told,
} from './testing/reading.ts';

test('the example of the contract is taken as it stands', () => {
  const config = configOf(CONTRACT_EXAMPLE);
  assert.equal(config.publicUrl, 'https://otklik.example.ru');
  assert.deepEqual(config.calendar?.hours.get(5), [
    { from: '09:00', to: '13:00' },
    { from: '14:00', to: '18:00' },
  ]);
  assert.equal(config.calendar?.hours.has(6), false);
  assert.deepEqual(config.people.get('boris')?.away, [{ from: '2026-12-01', to: '2026-12-14' }]);
  assert.equal(config.people.get('vera')?.timezone, 'Asia/Yekaterinburg');
  const site = config.channels.get('site');
  assert.deepEqual([site?.owner, site?.deputies, site?.head], ['anna', ['boris'], 'vera']);
  assert.equal(site?.policy, config.policies.get('default'));
  assert.equal(config.notify.email?.smtp.reveal(), ENV.SMTP_URL);
  assert.equal(config.notify.webhook?.url, 'https://example.ru/hook');
});

test('the example file of the repository is taken', () => {
  const source = readFileSync(new URL('../../otklik.example.yaml', import.meta.url), 'utf8');
  assert.deepEqual(told(source), []);
});

test('what the example file shows in comments about people and hours is taken too', () => {
  const source = readFileSync(new URL('../../otklik.example.yaml', import.meta.url), 'utf8').replace(
    /^( *)# ((?:country|days|formal_replies|overload|duty):| *- \{ who)/gm,
    '$1$2',
  );
  assert.deepEqual(told(source), []);
  const config = configOf(source);
  const site = config.channels.get('site');
  assert.deepEqual([site?.duty.length, site?.policy.overload, site?.policy.formalReplies.length], [3, 10, 1]);
  assert.deepEqual(config.calendar?.days.get('2027-12-30'), { kind: 'off' });
  assert.deepEqual(config.calendar?.days.get('2026-12-31'), { kind: 'off' });
});

test('what is left out is filled in', () => {
  const config = configOf(SMALLEST);
  assert.deepEqual(
    [config.locale, config.timezone, config.publicUrl, config.calendar],
    ['ru', 'Europe/Moscow', null, null],
  );
  assert.deepEqual(config.privacy, {
    text: 'preview',
    keepText: 90 * 86_400_000,
    keepEvents: 730 * 86_400_000,
  });
  assert.deepEqual(config.people.get('anna'), {
    id: 'anna',
    name: 'Анна',
    role: 'owner',
    telegram: 1,
    email: null,
    locale: 'ru',
    timezone: 'Europe/Moscow',
    away: [],
    quiet: null,
    steppedOut: null,
    reach: ['telegram', 'email'],
    deadEnds: [],
  });
  const site = config.channels.get('site');
  assert.deepEqual([site?.name, site?.rate, site?.deputies], ['site', 200, []]);
  assert.equal(config.notify.telegram?.apiRoot, 'https://api.telegram.org');
});

test('a person takes locale and timezone from the company', () => {
  const person = configOf(`${SMALLEST}locale: en\ntimezone: Asia/Omsk\n`).people.get('anna');
  assert.deepEqual([person?.locale, person?.timezone], ['en', 'Asia/Omsk']);
});

test('a fault is one line with the place and the remedy', () => {
  const [fault] = faultsOf(SMALLEST.replace('owner: anna, ', ''));
  assert.ok(fault);
  assert.equal(
    formatFault(fault),
    'otklik.yaml:6:5  channel "site" has no owner. Write  owner: <id of a person>  (anna, vera)',
  );
});

test('all faults are told at once, in the order of lines', () => {
  const source = `version: 1
locale: de
people:
  - { id: anna, name: Анна, telegram: "@anna" }
  - { id: vera, name: Вера, role: head }
policies:
  default: { warn: 3 min }
channels:
  - { id: site, kind: webhook, owner: ana, secret: short }
  - { id: site, kind: pigeon, deputies: [nobody] }
`;
  assert.deepEqual(
    faultsOf(source).map(({ line, path }) => `${line} ${path}`),
    [
      '2 locale',
      '4 people.0.telegram',
      '7 policies.default.warn',
      '9 channels.0.owner',
      '9 channels.0.secret',
      '10 channels.1.owner',
      '10 channels.1.id',
      '10 channels.1.kind',
    ],
  );
});

/** One change of the smallest config each, and what is told of it. */
const REFUSALS: readonly { name: string; from: string | RegExp; to: string; told: string }[] = [
  { name: 'no version', from: 'version: 1\n', to: '', told: 'version: "version" is missing' },
  { name: 'another version', from: 'version: 1', to: 'version: 2', told: 'version: version 2 is not 1' },
  { name: 'no channels', from: /channels:\n.*\n/, to: '', told: 'channels: "channels" is missing' },
  {
    name: 'an empty list of channels',
    from: /channels:\n.*\n/,
    to: 'channels: []\n',
    told: 'channels: channels is empty',
  },
  {
    name: 'an owner left empty',
    from: 'owner: anna',
    to: 'owner: ',
    told: 'channels.0.owner: channel "site" has no owner',
  },
  {
    name: 'an owner who is nobody',
    from: 'owner: anna',
    to: 'owner: ana',
    told: 'channels.0.owner: channel "site": owner "ana" names nobody',
  },
  {
    name: 'a head who is nobody',
    from: 'owner: anna',
    to: 'owner: anna, head: v',
    told: 'channels.0.head: channel "site": head "v" names nobody',
  },
  {
    name: 'a deputy who is nobody',
    from: 'owner: anna',
    to: 'owner: anna, deputies: [bo]',
    told: 'channels.0.deputies.0: channel "site": deputies #1 "bo" names nobody',
  },
  {
    name: 'the owner as deputy',
    from: 'owner: anna',
    to: 'owner: anna, deputies: [anna]',
    told: 'channels.0.deputies.0: channel "site": deputies #1 "anna" is the owner already',
  },
  {
    name: 'a deputy twice',
    from: 'owner: anna',
    to: 'owner: anna, deputies: [vera, vera]',
    told: 'channels.0.deputies.1: channel "site": deputies #2 "vera" is named twice',
  },
  {
    name: 'an unknown policy',
    from: 'owner: anna',
    to: 'owner: anna, policy: fast',
    told: 'channels.0.policy: channel "site": policy "fast" is not under policies',
  },
  {
    name: 'an unknown kind',
    from: 'kind: webhook',
    to: 'kind: webhok',
    told: `channels.0.kind: channel "site": kind "webhok" is no known kind (${CONFIG_FORMAT.kinds.map(({ kind }) => kind).join(', ')})`,
  },
  {
    name: 'a rate of zero',
    from: 'owner: anna',
    to: 'owner: anna, rate: 0',
    told: 'channels.0.rate: channel "site": rate 0 is below 1',
  },
  {
    name: 'an id with a capital',
    from: 'id: site',
    to: 'id: Site',
    told: 'channels.0.id: channel "Site": id "Site" is no id (1 to 32 of a-z, 0-9, _ and -, a letter or a digit first)',
  },
  {
    name: 'two people of one id',
    from: 'id: vera',
    to: 'id: anna',
    told: 'people.1.id: person "anna": id "anna" belongs to another person already',
  },
  {
    name: 'two people of one Telegram id',
    from: 'telegram: 2',
    to: 'telegram: "1"',
    told: 'people.1.telegram: person "vera": telegram "1" belongs to another person already',
  },
  {
    name: 'an unknown role',
    from: 'role: head',
    to: 'role: boss',
    told: 'people.1.role: person "vera": role "boss" is not owner or head',
  },
  {
    name: 'a day that is not',
    from: 'telegram: 2',
    to: 'away: ["2026-02-30"]',
    told: 'people.1.away.0: person "vera": away #1 "2026-02-30" has no such day as 2026-02-30',
  },
  {
    name: 'an absence backwards',
    from: 'telegram: 2',
    to: 'away: ["2026-03-02..2026-03-01"]',
    told: 'people.1.away.0: person "vera": away #1 "2026-03-02..2026-03-01" ends before it begins',
  },
  {
    name: 'an unknown timezone',
    from: 'version: 1',
    to: 'version: 1\ntimezone: Europe/Mosco',
    told: 'timezone: timezone "Europe/Mosco" is no time zone of the IANA list',
  },
  {
    name: 'a fixed offset',
    from: 'version: 1',
    to: 'version: 1\ntimezone: "+03:00"',
    told: 'timezone: timezone "+03:00" is no time zone of the IANA list',
  },
  {
    name: 'public_url with a slash',
    from: 'version: 1',
    to: 'version: 1\npublic_url: https://a.ru/',
    told: 'public_url: public_url "https://a.ru/" ends with a slash',
  },
  {
    name: 'public_url without http',
    from: 'version: 1',
    to: 'version: 1\npublic_url: ftp://a.ru',
    told: 'public_url: public_url "ftp://a.ru" is no http:// or https:// address',
  },
  {
    name: 'hours that overlap',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon: ["12:00-14:00", "09:00-13:00"] } }',
    told: 'calendar.hours.mon: calendar.hours.mon: 09:00-13:00 and 12:00-14:00 overlap',
  },
  {
    name: 'hours backwards',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon: ["18:00-09:00"] } }',
    told: 'calendar.hours.mon.0: calendar.hours.mon #1 "18:00-09:00" does not end after it begins',
  },
  {
    name: 'a day twice',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon-wed: [], "tue,fri": [] } }',
    told: 'calendar.hours.tue,fri: calendar.hours: "tue,fri" names a day a second time',
  },
  {
    name: 'no day of the week',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon-fry: [] } }',
    told: 'calendar.hours.mon-fry: calendar.hours: "mon-fry" is no day of the week',
  },
  {
    name: 'an unknown country',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { country: XX }',
    told: 'calendar.country: calendar.country "XX" is no country code of ISO 3166 (two capital letters)',
  },
  {
    name: 'a country whose holidays are not known',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { country: US }',
    told: 'calendar.country: calendar.country: the holidays of US are not known to this version',
  },
  {
    name: 'a day that no year has',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon: [] }, days: { "2026-02-30": off } }',
    told: 'calendar.days.2026-02-30: calendar.days: there is no such day as 2026-02-30',
  },
  {
    name: 'a date that is none',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon: [] }, days: { "2026-1-2": off } }',
    told: 'calendar.days.2026-1-2: calendar.days: "2026-1-2" is no date',
  },
  {
    name: 'a special day without hours that no year has',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { days: { "2026-02-30": off } }',
    told: 'calendar.days.2026-02-30: calendar.days: there is no such day as 2026-02-30',
  },
  {
    name: 'a special day of an unknown kind',
    from: 'version: 1',
    to: 'version: 1\ncalendar: { hours: { mon: [] }, days: { "2026-12-30": of } }',
    told: 'calendar.days.2026-12-30: calendar.days.2026-12-30 "of" is not off or short or working or working-short',
  },
  {
    name: 'one of several in a shift who is nobody',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: [anna, ver], since: 2026-11-23 }]',
    told: 'channels.0.duty.0.who.1: channel "site": duty #1.who #2 "ver" names nobody',
  },
  {
    name: 'a shift without a person',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ hours: { mon: [] } }]',
    told: 'channels.0.duty.0.who: channel "site", duty #1 has no who',
  },
  {
    name: 'a shift of a number',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: 5 }]',
    told: 'channels.0.duty.0.who: channel "site": duty #1.who 5 is neither an id nor a list of ids',
  },
  {
    name: 'a shift of nobody at all',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: [] }]',
    told: 'channels.0.duty.0.who: channel "site": duty #1.who is empty',
  },
  {
    name: 'a handover at no time',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: [anna, vera], since: 2026-11-23, handover: "9" }]',
    told: 'channels.0.duty.0.handover: channel "site": duty #1.handover "9" is not HH:MM',
  },
  {
    name: 'a handover from one to the same',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, handover: "09:00" }]',
    told: 'channels.0.duty.0.handover: channel "site": duty #1 has nobody to hand over to',
  },
  {
    name: 'a shift without hours',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, hours: {} }]',
    told: 'channels.0.duty.0.hours: channel "site": duty #1 has no hours, so it is never on',
  },
  {
    name: 'a shift on no day of the week',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, hours: { mo: ["09:00-18:00"] } }]',
    told: 'channels.0.duty.0.hours.mo: channel "site", duty #1.hours: "mo" is no day of the week',
  },
  {
    name: 'hours of a shift that overlap',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, hours: { mon: ["09:00-18:00", "17:00-20:00"] } }]',
    told: 'channels.0.duty.0.hours.mon: channel "site": duty #1.hours.mon: 09:00-18:00 and 17:00-20:00 overlap',
  },
  {
    name: 'a day twice in a shift',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, hours: { mon-fri: ["09:00-18:00"], wed: [] } }]',
    told: 'channels.0.duty.0.hours.wed: channel "site": duty #1.hours: "wed" names a day a second time',
  },
  {
    name: 'a beginning of turns that is no date',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, since: 2026-11-31 }]',
    told: 'channels.0.duty.0.since: channel "site": duty #1.since "2026-11-31" is no date as YYYY-MM-DD',
  },
  {
    name: 'a mistyped key of a shift',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: vera, hour: { mon: [] } }]',
    told: 'channels.0.duty.0.hour: channel "site", duty #1: unknown key "hour"',
  },
  {
    name: 'a limit of no waits',
    from: 'version: 1',
    to: 'version: 1\npolicies: { default: { overload: 0 } }',
    told: 'policies.default.overload: policy "default": overload 0 is below 1',
  },
  {
    name: 'a limit that is no number',
    from: 'version: 1',
    to: 'version: 1\npolicies: { default: { overload: many } }',
    told: 'policies.default.overload: policy "default": overload "many" must be a number',
  },
  {
    name: 'an empty formal reply',
    from: 'version: 1',
    to: 'version: 1\npolicies: { default: { formal_replies: [" "] } }',
    told: 'policies.default.formal_replies.0: policy "default": formal_replies #1 " " is empty',
  },
  {
    name: 'formal that is neither',
    from: 'version: 1',
    to: 'version: 1\npolicies: { default: { counts_as_answer: { formal: maybe } } }',
    told: 'policies.default.counts_as_answer.formal: policy "default": counts_as_answer.formal "maybe" must be true or false',
  },
  {
    name: 'a shift of nobody',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: ana }]',
    told: 'channels.0.duty.0.who: channel "site": duty #1.who "ana" names nobody',
  },
  {
    name: 'turns of which nobody knows whose the first is',
    from: 'owner: anna',
    to: 'owner: anna, duty: [{ who: [anna, vera] }]',
    told: 'channels.0.duty.0: channel "site": duty #1 does not say whose the first week is',
  },
  {
    name: 'smtp that is http',
    from: 'notify: {',
    to: 'notify: { email: { smtp: "http://u:p@h", from: A },',
    told: 'notify.email.smtp: notify.email.smtp is no smtp:// or smtps:// address',
  },
  {
    name: 'an empty sender',
    from: 'notify: {',
    to: 'notify: { email: { smtp: "smtp://h", from: "" },',
    told: 'notify.email.from: notify.email.from "" is empty',
  },
  {
    name: 'a key twice',
    from: 'version: 1',
    to: 'version: 1\nversion: 1',
    told: ': not valid YAML: Map keys must be unique',
  },
  {
    name: 'a merge key',
    from: 'version: 1',
    to: 'version: 1\n<<: { locale: en }',
    told: '<<: merge keys ( << ) are not read',
  },
];

for (const { name, from, to, told: expected } of REFUSALS) {
  test(`refused: ${name}`, () => {
    const changed = SMALLEST.replace(from, to);
    assert.notEqual(changed, SMALLEST);
    assert.deepEqual(told(changed), [expected]);
    assert.equal(read(changed).ok, false);
  });
}

test('an unknown key is refused with the nearest known one', () => {
  const [fault] = faultsOf(SMALLEST.replace('owner: anna', 'owner: anna, deputes: [vera]'));
  assert.deepEqual([fault?.line, fault?.column, fault?.path], [6, 45, 'channels.0.deputes']);
  assert.match(fault?.remedy ?? '', /^Did you mean deputies\?/);
});

test('what a reader of YAML would pass over in silence is told', () => {
  assert.deepEqual(told(`${SMALLEST}---\nversion: 1\n`), [
    ': a second document begins here, and only one is read',
  ]);
  assert.deepEqual(told(SMALLEST.replace('name: Анна', '<<: { role: head }, name: Анна')), [
    'people.0.<<: person "anna": merge keys ( << ) are not read',
  ]);
});

test('a name that nobody can see is none', () => {
  const [fault] = told(SMALLEST.replace('name: Анна', 'name: "\\u200b"'));
  assert.match(fault ?? '', /^people\.0\.name: person "anna": name .* has nothing in it that can be seen$/);
});

test('a chain that begins when the window has ended is told of', () => {
  const late = `${SMALLEST}policies: { default: { warn: 3m, breach: 5m, steps: [{ at: 10m, notify: [owner] }] } }\n`;
  assert.deepEqual(told(late), [
    'policies.default.steps.0: policy "default": its first step comes at 10m, when the window has ended (breach 5m)',
  ]);
});

test('weekdays are read as ranges, also over the weekend, and as lists', () => {
  const source = `${SMALLEST}calendar: { hours: { sun-tue: ["00:00-24:00"], "thu, sat": ["10:00-12:00", "12:00-13:00"] } }\n`;
  assert.deepEqual([...(configOf(source).calendar?.hours.keys() ?? [])].sort(), [1, 2, 4, 6, 7]);
});

test('an absence of one day begins and ends on it', () => {
  const source = SMALLEST.replace('telegram: 2', 'telegram: 2, away: [2026-12-31]');
  assert.deepEqual(configOf(source).people.get('vera')?.away, [{ from: '2026-12-31', to: '2026-12-31' }]);
});

test('telegram by webhook needs public_url and a secret', () => {
  const channel = '  - { id: tg, kind: telegram, owner: anna, token: env:SITE_TOKEN, receive: webhook }\n';
  const source = SMALLEST.replace('notify:', `${channel}notify:`);
  const env = { ...ENV, SITE_TOKEN: '5:five', HOOK: 'a-b_C' };
  assert.deepEqual(told(source, { env }), [
    'channels.1.receive: channel "tg": receive: webhook needs public_url',
    'channels.1.receive: channel "tg": receive: webhook needs a secret',
  ]);
  const whole = source
    .replace('receive: webhook', 'receive: webhook, secret: env:HOOK')
    .replace('version: 1', 'version: 1\npublic_url: https://a.ru');
  const channelConfig = configOf(whole, { env }).channels.get('tg');
  assert.equal(channelConfig?.kind === 'telegram' && channelConfig.secret?.reveal(), 'a-b_C');
});

test('two channels cannot share a bot', () => {
  const channel = (id: string) =>
    `  - { id: ${id}, kind: telegram, owner: anna, token: env:OTKLIK_BOT_TOKEN }\n`;
  const source = SMALLEST.replace('notify:', `${channel('one')}${channel('two')}notify:`);
  assert.deepEqual(told(source), [
    'channels.2.token: channel "two": its bot belongs to another channel already',
  ]);
});

test('the only head stands behind every channel that names none', () => {
  assert.equal(configOf(SMALLEST).channels.get('site')?.head, 'vera');
});

test('without a head the chain that follows from the window asks the owner, with a warning', () => {
  const none = SMALLEST.replace('role: head', 'role: owner');
  assert.equal(configOf(none).channels.get('site')?.head, null);
  assert.match(told(none).join(), /notifies the head, but it names none .*; the owner is asked instead/);
});

test('a written chain that notifies a head needs one, when there are none or two', () => {
  const written = `${SMALLEST}policies: { default: { steps: [{ at: 3m, notify: [head] }] } }\n`;
  const none = written.replace('role: head', 'role: owner');
  const two = written.replace('telegram: 1', 'telegram: 1, role: head');
  const refused = (why: string) => [
    `channels.0: channel "site": the chain of policy "default" notifies the head, but it names none and ${why}`,
  ];
  assert.deepEqual(told(none), refused('nobody has the role head'));
  assert.deepEqual(told(two), refused('2 people have the role head'));
  const withoutHead = none.replace('[head]', '[owner]');
  assert.equal(configOf(withoutHead).channels.get('site')?.head, null);
});

test('a calendar has the holidays of its country, and the company’s own days that are stronger', () => {
  const hours = 'hours: { mon-fri: ["09:00-18:00"] }';
  const days = configOf(
    `${SMALLEST}calendar: { country: RU, ${hours}, days: { "2026-11-04": working, "2026-12-26": working-short, "2026-12-30": off } }\n`,
  ).calendar?.days;
  assert.deepEqual(days?.get('2026-01-09'), { kind: 'off' });
  assert.deepEqual(days?.get('2026-11-04'), { kind: 'working', like: 1, short: false });
  assert.deepEqual(days?.get('2026-12-26'), { kind: 'working', like: 1, short: true });
  assert.deepEqual(days?.get('2026-12-30'), { kind: 'off' });
  assert.deepEqual(configOf(`${SMALLEST}calendar: { ${hours} }\n`).calendar?.days, new Map());
});

const withDuty = (duty: string) => SMALLEST.replace('owner: anna', `owner: anna, duty: [${duty}]`);

test('a rota: one person or several in turns, weeks from Monday, around the clock unless hours are given', () => {
  const shifts = configOf(
    withDuty('{ who: vera, hours: { sat-sun: ["10:00-18:00"] } }, { who: [anna, vera], since: 2026-11-25 }'),
  ).channels.get('site')?.duty;
  assert.deepEqual(
    shifts?.map(({ who, since, hours }) => [who, since, [...hours.hours.keys()]]),
    [
      [['vera'], '1970-01-05', [6, 7]],
      [['anna', 'vera'], '2026-11-23', [1, 2, 3, 4, 5, 6, 7]],
    ],
  );
});

test('a fault of a shift says who was meant, or who there is', () => {
  const remedy = (duty: string) => faultsOf(withDuty(duty)).map(({ remedy }) => remedy);
  assert.deepEqual(remedy('{ who: ver }'), ['Did you mean vera? Write  who: <id of a person>  (anna, vera)']);
  assert.deepEqual(remedy('{}'), ['Write  who: <id of a person>  (anna, vera)']);
  assert.deepEqual(remedy('{ who: 5 }'), ['Write  who: <id of a person>  (anna, vera)']);
});

test('a year whose moved days are not known is warned of two months ahead and all through it, whatever own days there are', () => {
  const hours = 'hours: { mon-fri: ["09:00-18:00"] }';
  const warned = (now: string, rest = '') =>
    told(`${SMALLEST}calendar: { country: RU, ${hours}${rest} }\n`, { now: Date.parse(now) });
  const warning = [
    'calendar.country: the days that the government moves in 2028 are not known to this version',
  ];
  assert.deepEqual(warned('2026-11-29T12:00:00Z'), []);
  assert.deepEqual(warned('2027-11-01T12:00:00Z'), []);
  assert.deepEqual(warned('2027-11-02T12:00:00Z'), warning);
  assert.deepEqual(warned('2027-11-02T12:00:00Z', ', days: { "2028-01-10": off }'), warning);
  assert.deepEqual(warned('2028-06-01T12:00:00Z'), warning);
});

test('days off without hours are taken with a warning: they change nothing', () => {
  const source = `${SMALLEST}calendar: { country: RU }\n`;
  assert.equal(configOf(source).calendar, null);
  assert.deepEqual(told(source), [
    'calendar: calendar has no hours, so its days off change nothing: no wait is after hours',
  ]);
});

test('people behind a channel whom no ping can reach are named', () => {
  assert.deepEqual(told(SMALLEST.replace(', telegram: 1', '')), [
    'people.0: person "anna": no ping can reach them',
  ]);
  const apart = SMALLEST.replace('channels:', '  - { id: olga, name: Ольга }\nchannels:');
  assert.deepEqual(told(apart), []);
  assert.deepEqual(told(apart.replace('owner: anna', 'owner: anna, duty: [{ who: olga }]')), [
    'people.2: person "olga": no ping can reach them',
  ]);
  assert.deepEqual(told(SMALLEST.replace(/notify:.*\n/, '')), [
    'notify: notify names no way to reach people: waits show on the board only',
  ]);
});

test('a head with the role owner is taken with a warning', () => {
  const source = SMALLEST.replace('owner: anna', 'owner: vera, head: anna');
  assert.deepEqual(told(source), [
    'channels.0.head: channel "site": head "anna" has the role owner, and sees only their own channels',
  ]);
});

test('aliases are followed, bombs of them are not', () => {
  const shared = SMALLEST.replace('telegram: 1', 'telegram: 1, away: &feast [2026-12-31]').replace(
    'telegram: 2',
    'telegram: 2, away: *feast',
  );
  assert.equal(configOf(shared).people.get('vera')?.away[0]?.from, '2026-12-31');
  const layers = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
  assert.deepEqual(told(['l0: &l0 [x]', ...layers].join('\n')), [': the file has more than 100000 values']);
  assert.deepEqual(told('a: &a [*a]'), [': the file is nested deeper than 32 levels']);
});

test('no text throws, and each is taken or refused with a place', () => {
  const odd = [
    '',
    '#',
    '[',
    '[1]',
    'x',
    '\0',
    'a: "\\uD800"',
    '? [a]\n: 1',
    '__proto__: { a: 1 }',
    '!!binary aGk=',
    '--- 1\n--- 2',
  ];
  const deep = ['['.repeat(50_000), '{a: '.repeat(5_000)];
  for (const source of [...odd, ...deep]) {
    const faults = faultsOf(source);
    assert.ok(
      faults.length > 0 && faults.every(({ line, column }) => line >= 1 && column >= 1),
      source.slice(0, 20),
    );
  }
});

test('the example with one character missing or doubled is taken or refused with a place', () => {
  const place = fc.nat(CONTRACT_EXAMPLE.length - 1);
  fc.assert(
    fc.property(place, fc.constantFrom(0, 2), (at, times) => {
      const character = CONTRACT_EXAMPLE.charAt(at).repeat(times);
      const result = read(CONTRACT_EXAMPLE.slice(0, at) + character + CONTRACT_EXAMPLE.slice(at + 1));
      if (result.ok) return;
      assert.ok(result.faults.length > 0);
      for (const { line, column, message } of result.faults)
        assert.ok(line >= 1 && column >= 1 && message !== '');
    }),
    { numRuns: 300 },
  );
});

test('an id that a channel had before is nobody else’s', () => {
  const formerly = (site: string, shop: string) =>
    SMALLEST.replace('id: site,', `id: site, ${site},`).replace(
      'notify:',
      `  - { id: shop, kind: webhook, owner: anna, secret: env:SITE_SECRET, ${shop} }\nnotify:`,
    );
  const config = configOf(formerly('formerly: [old, older]', 'formerly: [mart]'));
  assert.deepEqual(config.channels.get('site')?.formerly, ['old', 'older']);
  assert.deepEqual(
    ['site', 'old', 'older', 'mart', 'gone'].map((id) => channelAt(config, id)?.id),
    ['site', 'site', 'site', 'shop', undefined],
  );
  assert.deepEqual(told(formerly('formerly: [shop]', 'formerly: [shop]')), [
    'channels.0.formerly.0: channel "site": formerly #1 "shop" is the id of another channel',
    'channels.1.formerly.0: channel "shop": formerly #1 "shop" is the id that it has now',
  ]);
  assert.deepEqual(told(formerly('formerly: [old]', 'formerly: [old, old]')), [
    'channels.1.formerly.0: channel "shop": formerly #1 "old" is named twice',
    'channels.1.formerly.1: channel "shop": formerly #2 "old" is named twice',
  ]);
  const [fault] = faultsOf(formerly('formerly: [shop]', 'rate: 5'));
  assert.deepEqual([fault?.line, fault?.column], [6, 28]);
});
