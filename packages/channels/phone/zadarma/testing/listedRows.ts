import { clientOf, json, LINE, type ListedRows, page } from '../../testing/listedRows.ts';
import { zadarmaScript } from './script.ts';

export const zadarmaRows: ListedRows = {
  script: zadarmaScript,
  list:
    (rows) =>
    ({ url }) => {
      const [skip, limit] = ['skip', 'limit'].map((name) => Number(url.searchParams.get(name)));
      const isIn = url.searchParams.get('call_type') === 'in';
      return json({ status: 'success', stats: isIn ? page(rows, skip ?? 0, limit ?? 0) : undefined });
    },
  missed: (nth) => ({
    sip: '101',
    callstart: '2026-11-23 13:00:00',
    clid: clientOf(nth),
    destination: LINE,
    disposition: 'no answer',
    seconds: 20,
    pbx_call_id: `in_${nth}`,
  }),
  inside: null,
  nothing: [[], null, ''],
};
