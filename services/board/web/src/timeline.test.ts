import assert from 'node:assert/strict';
import { test } from 'vitest';
import { TEXTS } from './texts.ts';
import { tell } from './timeline.ts';
import type { TimelineItem } from './wire.ts';

const names: Readonly<Record<string, string>> = { anna: 'Анна', boris: 'Борис' };
const narrator = {
  texts: TEXTS.ru,
  locale: 'ru' as const,
  directory: { personName: (id: string) => names[id] ?? id },
};
const at = '2026-11-23T10:00:00.000Z';

function told(item: Omit<TimelineItem, 'at'>) {
  const { title, note, quote } = tell({ ...item, at, type: String(item.type) }, narrator);
  return [title, note, quote];
}

test('history is told in human words', () => {
  const table: [Omit<TimelineItem, 'at'>, (string | null)[]][] = [
    [
      { type: 'event', kind: 'message', side: 'client', author: 'Иван', text: 'Алло?' },
      ['Клиент написал', null, 'Алло?'],
    ],
    [
      { type: 'event', kind: 'comment', side: 'client', text: null },
      ['Клиент оставил комментарий', null, null],
    ],
    [
      { type: 'event', kind: 'message', side: 'employee', author: { id: null, name: 'Анна' }, text: 'Да' },
      ['Анна: ответ клиенту', null, 'Да'],
    ],
    [
      { type: 'event', kind: 'message', side: 'bot', text: 'Ждите' },
      ['Автоответ', 'машина не в счёт, клиент всё ещё ждёт', 'Ждите'],
    ],
    [
      { type: 'passed_over', person: 'anna', why: 'refused', instead: ['boris'] },
      ['Анна: не на связи', 'вместо спрашиваем: Борис', null],
    ],
    [
      { type: 'passed_over', person: 'anna', why: 'no_way', instead: [] },
      ['Анна: не на связи', 'вместо спросить некого', null],
    ],
    [{ type: 'event', kind: 'deletion', side: 'client' }, ['Клиент удалил сообщение', null, null]],
    [
      { type: 'event', kind: 'deletion', side: 'unknown' },
      ['Сообщение удалено', 'кем — неизвестно, время идёт', null],
    ],
    [
      { type: 'event', kind: 'bounce', side: 'bot' },
      ['Ответ не дошёл до клиента', 'не считается ответом', null],
    ],
    [
      {
        type: 'event',
        kind: 'call',
        side: 'client',
        call: { direction: 'in', phase: 'ended', outcome: 'answered', talk_seconds: 75 },
      },
      ['Звонок клиента', 'поговорили, разговор 1:15', null],
    ],
    [
      {
        type: 'event',
        kind: 'call',
        side: 'employee',
        author: 'anna',
        call: { direction: 'out', phase: 'ringing', outcome: null },
      },
      ['Звонок клиенту', 'гудки, Анна', null],
    ],
    [
      {
        type: 'step',
        step: 1,
        stage: 'breached',
        late_ms: 4_300,
        late_reason: 'outage',
        skipped: false,
        recipients: ['anna', 'boris'],
      },
      ['Срок вышел, зовём', 'Анна, Борис, на 4,3 с позже, Отклик не работал', null],
    ],
    [
      { type: 'notice', recipient: 'anna', transport: 'email', state: 'failed', late_ms: 12 },
      ['Пинг: Анна', 'Почта, не дошёл', null],
    ],
    [{ type: 'act', action: 'take', by: 'boris' }, ['Борис: взял(а)', null, null]],
    [
      { type: 'hand_over', by: 'anna', to: 'boris', reason: 'отпуск' },
      ['Анна: передано, теперь отвечает Борис', 'отпуск', null],
    ],
    [{ type: 'act', action: 'no-reply-needed', by: 'anna' }, ['Анна: ответа не нужно', null, null]],
    [
      { type: 'correction', field: 'outcome', from: null, to: 'answered', reason: 'late_delivered_reply' },
      ['Исправлено: итог', 'было: нет, стало: Отвечено, ответ дошёл с опозданием', null],
    ],
    [
      { type: 'closed', outcome: 'answered', answered_by: 'anna', response_seconds: 161 },
      ['Отвечено', 'Анна, за 2:41', null],
    ],
  ];
  for (const [item, expected] of table) assert.deepEqual(told(item), expected);
});

test('a kind of line that this page does not know is shown by its name, not dropped', () => {
  assert.deepEqual(told({ type: 'crm_task', reason: 'день 2' }), ['crm task', 'день 2', null]);
  assert.deepEqual(told({ type: 'act', action: 'wave', by: 'anna' }), ['Анна: wave', null, null]);
});

test('a line with missing fields is still told', () => {
  for (const type of ['event', 'step', 'notice', 'act', 'correction', 'closed']) {
    assert.notEqual(told({ type })[0], '');
  }
});
