import type { Config } from '@otklik/config';
import type { Person } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import { configOf } from '../../../packages/config/testing/reading.ts';
import { at } from '../../../packages/domain/testing/story.ts';

/** Two people of two languages, a channel that can be written to and one that cannot. */
export function company(notify = ''): Config {
  return configOf(`version: 1
timezone: UTC
people:
  - { id: anna, name: Анна Петрова, telegram: 100001, email: anna@example.ru }
  - { id: boris, name: Boris Smith, telegram: 100002, email: boris@example.com, locale: en, timezone: Asia/Yekaterinburg }
  - { id: vera, name: Вера Павловна, role: head, telegram: 100003 }
channels:
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
  - { id: bot, kind: telegram, name: Наш бот, owner: anna, head: vera, token: env:OTKLIK_BOT_TOKEN }
  - { id: line, kind: phone, provider: mango, name: Телефон, owner: anna, head: vera, account: the-key, secret: the-salt, accounts: { anna: "101" } }
notify: { ${notify || 'telegram: { token: env:OTKLIK_BOT_TOKEN }'} }
`);
}

export function person(config: Config, id: string): Person {
  const found = config.people.get(id);
  if (!found) throw new Error(`nobody is called ${id}`);
  return found;
}

/** Ivan asked at 10:00:00; the window is the usual 3 and 5 minutes. */
export const waiting = (said: Partial<NamedWait> = {}): NamedWait => ({
  id: '0199f3c0-0000-7000-8000-000000000001',
  client_id: '0199f3c0-0000-7000-8000-000000000002',
  client_name: 'Иван',
  subject: null,
  client_phone: null,
  typed_phone: null,
  disputed: false,
  handed: null,
  channel: 'site',
  thread: 'chat-1',
  opening: 'site\nm1',
  kind: 'message',
  text: 'Есть ли доставка?',
  link: null,
  opened_at: at('10:00:00'),
  seen_at: at('10:00:00'),
  also_on: [],
  owner: 'anna',
  owner_why: 'owner',
  first_owner: 'anna',
  warn_at: at('10:03:00'),
  breach_at: at('10:05:00'),
  warned_at: null,
  breached_at: null,
  closed_at: null,
  outcome: null,
  answered_by: null,
  answered_via: null,
  answered_with: null,
  formal_answer: false,
  response_seconds: null,
  after_hours: false,
  history: false,
  test: false,
  late_delivered: 0,
  etiquette: null,
  farewell: false,
  corrected_at: null,
  outage_seconds: 0,
  excused_seconds: 0,
  taken_by: null,
  taken_until: null,
  takers: [],
  chain_shift_ms: 0,
  steps_done: 1,
  missed_at: null,
  missed_seen_at: null,
  missed_told: false,
  plan: null,
  replanned: null,
  policy_at: null,
  due_at: null,
  voided_at: null,
  ...said,
});

/** The first step's ping about a wait. */
export const pingAbout = (wait: NamedWait, said: Partial<ClaimedNotice> = {}): ClaimedNotice => ({
  id: '0199f3c0-1111-7000-8000-00000000000f',
  type: 'wait.step',
  wait_id: wait.id,
  channel: wait.channel,
  step: 1,
  stage: 'warned',
  recipient: 'anna',
  transport: 'telegram',
  due_at: at('10:03:00'),
  late_reason: null,
  attempts: 1,
  chat_id: null,
  message_id: null,
  sent_text: null,
  sent_at: null,
  data: null,
  wait,
  ...said,
});
