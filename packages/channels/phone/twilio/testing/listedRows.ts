import { BEGAN, clientOf, ENDED, json, LINE, type ListedRows } from '../../testing/listedRows.ts';
import { twilioScript } from './script.ts';

export const twilioRows: ListedRows = {
  script: twilioScript,
  list: (rows, more) => () => json({ calls: rows, next_page_uri: null, ...more }),
  missed: (nth) => ({
    sid: `CA${nth}`,
    parent_call_sid: null,
    from: `+${clientOf(nth)}`,
    to: `+${LINE}`,
    status: 'completed',
    direction: 'inbound',
    start_time: new Date(BEGAN).toUTCString(),
    end_time: new Date(ENDED).toUTCString(),
    duration: '20',
    answered_by: null,
  }),
  inside: null,
  nothing: [[], null],
};
