import { clientOf, json, LINE, type ListedRows, page } from '../../testing/listedRows.ts';
import { uisScript } from './script.ts';

export const uisRows: ListedRows = {
  script: uisScript,
  list:
    (rows) =>
    ({ body }) => {
      const { params } = JSON.parse(body) as { params: { offset: number; limit: number } };
      return json({ result: { data: page(rows, params.offset, params.limit) } });
    },
  missed: (nth) => ({
    id: nth,
    start_time: '2026-11-23 13:00:00',
    finish_time: '2026-11-23 13:00:20',
    direction: 'in',
    is_lost: true,
    talk_duration: 0,
    wait_duration: 20,
    virtual_phone_number: LINE,
    contact_phone_number: clientOf(nth),
    employees: null,
    first_answered_employee_id: null,
  }),
  inside: null,
  nothing: [[], null],
  saysNothing: { field: 'finish_time', by: null },
};
