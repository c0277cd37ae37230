/** People, channels and clients. One of their hours is a few of our seconds. */
export const BOT = '700001:staff';
export const CLIENTS_BOT = '700002:clients';

export interface Worker {
  readonly id: string;
  readonly name: string;
  readonly telegram: number | null;
  readonly email: string | null;
}

export const WORKERS: readonly Worker[] = [
  { id: 'anna', name: 'Анна Петрова', telegram: 100001, email: null },
  { id: 'boris', name: 'Boris Smith', telegram: 100002, email: null },
  { id: 'galina', name: 'Галина Орлова', telegram: 100003, email: 'galina@example.ru' },
  { id: 'vlad', name: 'Влад Ким', telegram: null, email: 'vlad@example.ru' },
  { id: 'vera', name: 'Вера Павловна', telegram: 100005, email: null },
];

export const CHANNELS = {
  site: { name: 'Чат на сайте', owner: 'anna', deputy: 'boris', head: 'vera' },
  bot: { name: 'Наш бот', owner: 'boris', deputy: 'anna', head: 'vera' },
  line: { name: 'Телефон', owner: 'galina', deputy: 'vlad', head: 'vera' },
  form: { name: 'Заявки', owner: 'vlad', deputy: 'galina', head: 'vera' },
} as const;
export type ChannelId = keyof typeof CHANNELS;

export const configOfDay = (apiRoot: string, smtp: string): string => `
version: 1
timezone: Europe/Moscow
people:
  - { id: anna, name: Анна Петрова, telegram: 100001 }
  - { id: boris, name: Boris Smith, telegram: 100002, locale: en }
  - { id: galina, name: Галина Орлова, telegram: 100003, email: galina@example.ru }
  - { id: vlad, name: Влад Ким, email: vlad@example.ru }
  - { id: vera, name: Вера Павловна, role: head, telegram: 100005 }
policies: { default: { warn: 4s, breach: 8s, take_lease: 6s, counts_as_answer: { min_call: 1s } } }
channels:
  - { id: site, kind: webhook, name: Чат на сайте, owner: anna, deputies: [boris], head: vera, secret: env:SITE_SECRET }
  - { id: bot, kind: telegram, name: Наш бот, owner: boris, deputies: [anna], head: vera, token: "${CLIENTS_BOT}", api_root: "${apiRoot}" }
  - { id: line, kind: webhook, name: Телефон, owner: galina, deputies: [vlad], head: vera, secret: env:SITE_SECRET }
  - { id: form, kind: webhook, name: Заявки, owner: vlad, deputies: [galina], head: vera, secret: env:SITE_SECRET }
notify:
  telegram: { token: "${BOT}", api_root: "${apiRoot}" }
  email: { smtp: "${smtp}", from: "Отклик <otklik@example.ru>" }
`;

const FIRST = [
  'Иван', 'Ольга', 'Пётр', 'Мария', 'Олег', 'Анастасия', 'Фёдор', 'Зоя', 'Глеб', 'Юлия',
  'Артём', 'Нина', 'Степан', 'Лариса', 'Тимур', 'Эльвира', 'Назар', 'Жанна', 'Яков', 'Ульяна',
]; // biome-ignore format: a table
const LAST = [
  'Абрамчук',
  'Бондарь',
  'Вернер',
  'Гейко',
  'Дашук',
  'Ефимко',
  'Журба',
  'Зинько',
  'Ильич',
  'Кравец',
];

/** Two hundred names, none part of another. */
export const CLIENTS: readonly string[] = LAST.flatMap((last) => FIRST.map((first) => `${first} ${last}`));

export const SAID: readonly string[] = [
  'Здравствуйте! Есть ли доставка в Тверь?',
  'Сколько стоит установка <под ключ> & гарантия?',
  'Перезвоните, пожалуйста',
  'ау',
  'Добрый день, хочу заказать 20 штук. Можно счёт на ООО?\nИНН пришлю позже.',
  '???',
  'Вы работаете сегодня? '.repeat(40).trim(),
  'Спасибо, до свидания!',
];

export const nameOf = (id: string): string => WORKERS.find((worker) => worker.id === id)?.name ?? id;
