import { cells, clientOf, FROM, json, LINE, type ListedRows, TO } from '../../testing/listedRows.ts';
import { mangoScript } from './script.ts';

export const mangoRows: ListedRows = {
  isCsv: true,
  script: mangoScript,
  list:
    (rows) =>
    ({ url }) =>
      url.pathname.endsWith('request')
        ? json({ key: 'k' })
        : { body: rows.map((row) => cells(row).join(';')).join('\r\n') },
  missed: (nth) => ({
    start: FROM,
    finish: TO,
    answer: 0,
    from_extension: '',
    from_number: clientOf(nth),
    to_extension: '101',
    to_number: 'sip:101@acme.mangosip.ru',
    disconnect_reason: 1110,
    entry_id: `e${nth}`,
    line_number: LINE,
    location: 'abonent',
  }),
  inside: {
    start: '',
    finish: '',
    answer: 0,
    from_extension: '101',
    from_number: '',
    to_extension: '102',
    to_number: '',
    disconnect_reason: 1110,
    entry_id: '',
    line_number: '',
    location: 'abonent',
  },
  nothing: [[]],
  saysNothing: { field: 'from_extension', by: 'junk' },
};
