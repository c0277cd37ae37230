import { createHash } from 'node:crypto';
import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const KEY = 'the-key-of-this-test-1';
const [SYSTEM, SECRET] = ['012345', 'the-secret-of-this-test'];

export const sipuniPost = (fields: Readonly<Record<string, string>>): Posting => ({
  method: 'GET',
  path: `?key=${KEY}&${new URLSearchParams(fields)}`,
});
const unix = (at: number): string => String(Math.floor(at / 1_000));

/** Sipuni, by GET; statistics as CSV. */
export const sipuniScript: PhoneScript = {
  yaml: ({ api }) =>
    `provider: sipuni, key: "${KEY}", account: "${SYSTEM}", secret: "${SECRET}", api_root: "${api}"`,
  rings: ({ id, client, began }) =>
    sipuniPost({
      event: '1',
      call_id: id,
      src_num: client,
      src_type: '1',
      dst_type: '2',
      pbxdstnum: '74951234567',
      timestamp: unix(began),
    }),
  pickedUp: ({ id, direction, client, began, answered, isMachine }) =>
    sipuniPost({
      event: '3',
      call_id: id,
      ...(direction === 'in'
        ? { src_num: client, src_type: '1', ...(!isMachine && { dst_type: '2', short_dst_num: '101' }) }
        : { src_num: '101', short_src_num: '101', src_type: '2', dst_num: client, dst_type: '1' }),
      timestamp: unix(answered ?? began),
    }),
  unknown: () => sipuniPost({ event: '99', call_id: 'x', src_type: '1', timestamp: unix(Date.now()) }),
  api: ({ url, body }, calls) => {
    const asked = new URLSearchParams(body);
    const hash = asked.get('hash');
    asked.delete('hash');
    asked.sort();
    const text = [...asked.values(), SECRET].join('+');
    const isRight =
      url.pathname === '/api/statistic/export' &&
      asked.get('user') === SYSTEM &&
      hash === createHash('md5').update(text).digest('hex') &&
      ['from', 'to'].every((name) => /^\d\d\.\d\d\.\d{4}$/.test(asked.get(name) ?? ''));
    if (!isRight) return { body: '{"success":false}' };
    return { body: sipuniCsv(calls.map(rowOf)) };
  },
};

/** The columns of a 2024 export. */
const HEAD =
  'Тип;Статус;Время;ID схемы звонка;Схема;Исходящая линия;Откуда;Куда;Кто ответил;Длительность звонка;Длительность разговора;Время ответа;Оценка;ID записи;Метка';

export const sipuniCsv = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${[HEAD, ...rows.map((cells) => cells.join(';'))].join('\n')}\n`;

const wall = (at: number): string =>
  new Date(at)
    .toLocaleString('sv-SE', { timeZone: 'Europe/Moscow' })
    .replace(/^(\d{4})-(\d\d)-(\d\d)/, '$3.$2.$1')
    .slice(0, 19);

export function sipuniRow(call: PlayedCall, talkSeconds: number): string[] {
  const { id, direction, client, began, answered, isMachine } = call;
  const isIn = direction === 'in';
  const waited = Math.round(((answered ?? began + 20_000) - began) / 1_000);
  return [
    isIn ? 'Входящий' : 'Исходящий',
    answered === null ? 'Не отвечен' : 'Отвечен',
    wall(began),
    '000-123456',
    '"Продажи; запас"',
    '',
    isIn ? `+${client}` : '101',
    isIn ? '+74951234567' : client,
    isIn && answered !== null && !isMachine ? '101' : '',
    String(answered === null ? waited : waited + talkSeconds),
    answered === null ? '' : String(talkSeconds),
    answered === null ? '' : String(waited),
    '',
    id,
    '',
  ];
}

const rowOf = (call: PlayedCall): string[] => sipuniRow(call, 30);
