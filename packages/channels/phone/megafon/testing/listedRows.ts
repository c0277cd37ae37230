import { clientOf, json, LINE, type ListedRows } from '../../testing/listedRows.ts';
import { megafonScript } from './script.ts';

export const megafonRows: ListedRows = {
  script: megafonScript,
  list: (rows) => () => json(rows),
  missed: (nth) => ({
    uid: `c${nth}`,
    type: 'in',
    status: 'missed',
    client: clientOf(nth),
    user: '101',
    diversion: LINE,
    start: '2026-11-23T10:00:00Z',
    wait: 20,
    duration: 0,
  }),
  inside: { uid: 'c9', type: 'internal' },
  nothing: [[], null],
};
