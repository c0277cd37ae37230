import { describe, it } from 'vitest';
import type { Api } from '../testing/listedRows.ts';
import { bothTold, listStories, OTHER } from '../testing/listStories.ts';
import { CLIENT, LINE } from '../testing/webhookStories.ts';
import { uisScript } from './testing/script.ts';

const uisList =
  (...data: readonly object[]): Api =>
  () => ({ body: JSON.stringify({ result: { data } }) });

const uRow = (over: object) => ({
  id: 1,
  start_time: '2026-11-23 13:00:00',
  finish_time: '2026-11-23 13:00:20',
  direction: 'in',
  is_lost: true,
  talk_duration: 0,
  wait_duration: 20,
  virtual_phone_number: LINE,
  contact_phone_number: CLIENT,
  employees: [{ employee_id: 102 }, { employee_id: 101 }],
  first_answered_employee_id: null,
  ...over,
});

listStories('UIS', uisScript, [
  {
    what: 'names who picked up, and not whose telephone rang first',
    listed: uisList(
      uRow({
        is_lost: false,
        finish_time: '2026-11-23 13:01:00',
        talk_duration: 49,
        wait_duration: 11,
        first_answered_employee_id: 101,
      }),
    ),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  { what: 'says nothing of a call that goes on', listed: uisList(uRow({ finish_time: null })), waits: [] },
]);

describe('a list of more pages than one is read to its end', () => {
  const uisRows = Array.from({ length: 1_001 }, (_, id) =>
    uRow({ id, ...(id === 1_000 && { contact_phone_number: OTHER }) }),
  );

  it(
    'UIS',
    bothTold(uisScript, ({ body }) => {
      const { params } = JSON.parse(body) as { params: { offset: number; limit: number } };
      const data = uisRows.slice(params.offset, params.offset + params.limit);
      return { body: JSON.stringify({ result: { data } }) };
    }),
  );
});
