import { BEGAN, clientOf, json, LINE, type ListedRows } from '../../testing/listedRows.ts';
import { bitrix24Script, portalTime } from './script.ts';

export const bitrix24Rows: ListedRows = {
  script: bitrix24Script,
  list: (rows, more) => () => json({ result: rows, ...more }),
  missed: (nth) => ({
    ID: String(nth),
    CALL_ID: `in.${nth}`,
    CALL_TYPE: '2',
    PHONE_NUMBER: clientOf(nth),
    PORTAL_NUMBER: LINE,
    PORTAL_USER_ID: '101',
    CALL_DURATION: '20',
    CALL_START_DATE: portalTime(BEGAN),
    CALL_FAILED_CODE: '304',
  }),
  inside: { CALL_TYPE: '5' },
  nothing: [[], null],
};
