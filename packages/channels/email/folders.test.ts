import assert from 'node:assert/strict';
import type { ListResponse } from 'imapflow';
import { it } from 'vitest';
import { foldersOf } from './folders.ts';

const folder = (path: string, specialUse = '', flags: string[] = []) =>
  ({
    path,
    name: path.split('|').at(-1) ?? path,
    delimiter: '|',
    flags: new Set(flags),
    ...(specialUse === '' ? {} : { specialUse }),
  }) as ListResponse;

const read = (list: ListResponse[], over: object = {}, isGmail = false) =>
  foldersOf(list, { sent: null, junk: 'known', ...over }, isGmail).map(({ role, path }) => `${role} ${path}`);

/** Yandex (https://yandex.ru/support/mail); the separator is a vertical bar. */
const YANDEX = [
  folder('Drafts', '\\Drafts'),
  folder('Drafts|template'),
  folder('Outbox'),
  folder('Клиенты'),
  folder('INBOX', '\\Inbox'),
  folder('Spam', '\\Junk'),
  folder('Trash', '\\Trash'),
  folder('Trash|Клиенты'),
  folder('Отправленные', '\\Sent'),
];

it('sent mail is read first, then the inbox and what filters fill, and never what was not sent', () => {
  assert.deepEqual(read(YANDEX), ['sent Отправленные', 'inbox INBOX', 'inbox Клиенты', 'junk Spam']);
});

it('what is filed below the folder of sent mail was sent', () => {
  const filed = [
    ...YANDEX,
    folder('Отправленные|2025'),
    folder('Отправленные|2025|Клиенты'),
    folder('Отправленные2'),
  ];
  assert.deepEqual(read(filed), [
    'sent Отправленные',
    'sent Отправленные|2025',
    'sent Отправленные|2025|Клиенты',
    'inbox INBOX',
    'inbox Клиенты',
    'inbox Отправленные2',
    'junk Spam',
  ]);
});

it('spam can be left out, and the folder of sent mail named', () => {
  assert.deepEqual(read(YANDEX, { junk: 'off', sent: 'Клиенты' }), [
    'sent Клиенты',
    'inbox INBOX',
    'inbox Отправленные',
  ]);
});

it('with Gmail «All mail» stands for all that arrives', () => {
  const gmail = [
    folder('INBOX'),
    folder('[Gmail]', '', ['\\Noselect']),
    folder('[Gmail]|Вся почта', '\\All'),
    folder('[Gmail]|Отправленные', '\\Sent'),
    folder('[Gmail]|Спам', '\\Junk'),
    folder('Ярлык'),
  ];
  assert.deepEqual(read(gmail, {}, true), [
    'sent [Gmail]|Отправленные',
    'inbox [Gmail]|Вся почта',
    'junk [Gmail]|Спам',
  ]);
});
