import { clientOf, FROM, json, LINE, type ListedRows, TO } from '../../testing/listedRows.ts';
import { onlinepbxScript } from './script.ts';

export const onlinepbxRows: ListedRows = {
  script: onlinepbxScript,
  list:
    (rows) =>
    ({ url }) =>
      url.pathname.endsWith('auth.json')
        ? json({ data: { key_id: 'id', key: 'k' } })
        : json({ status: '1', data: rows }),
  missed: (nth) => ({
    uuid: `u${nth}`,
    caller_id_number: clientOf(nth),
    destination_number: LINE,
    start_stamp: FROM,
    end_stamp: TO,
    duration: 20,
    user_talk_time: 0,
    accountcode: 'inbound',
    hangup_cause: 'NO_ANSWER',
    gateway: LINE,
  }),
  inside: { caller_id_number: '105', destination_number: '106' },
  nothing: [[], null, ''],
};
