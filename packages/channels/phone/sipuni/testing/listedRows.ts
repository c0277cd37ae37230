import { BEGAN, cells, clientOf, FROM, type ListedRows } from '../../testing/listedRows.ts';
import { sipuniCsv, sipuniRow, sipuniScript } from './script.ts';

export const sipuniRows: ListedRows = {
  isCsv: true,
  script: sipuniScript,
  list: (rows) => () => ({ body: sipuniCsv(rows.map(cells)) }),
  missed: (nth) => {
    const call = {
      id: `${FROM}.${nth}`,
      direction: 'in',
      client: clientOf(nth),
      began: BEGAN,
      answered: null,
      isMachine: false,
    } as const;
    return { ...sipuniRow(call, 0) };
  },
  inside: { 0: 'Внутренний', 9: '20' },
  nothing: [[]],
  saysNothing: { field: '9', by: '' },
};
