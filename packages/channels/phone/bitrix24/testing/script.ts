import type { PhoneScript, PlayedCall } from '../../testing/phoneProvider.ts';

const PATH = '/rest/1/the-secret';
const PAGE = 2;

/**
 * Nothing is posted; the statistics apply order and filters. https://github.com/bitrix-tools/b24-rest-docs,
 * api-reference/telephony/voximplant/voximplant-statistic-get.md
 */
export const bitrix24Script: PhoneScript = {
  yaml: ({ api }) => `provider: bitrix24, token: "${api}${PATH}/"`,
  rings: () => null,
  pickedUp: () => null,
  unknown: () => null,
  api: ({ url, body }, calls) => {
    if (url.pathname !== `${PATH}/voximplant.statistic.get.json`) return { status: 401, body: '{}' };
    return statisticsOf(body, calls.map(rowOf));
  },
};

interface Row {
  readonly ID: string;
  readonly CALL_START_DATE: string;
}

/** One page, filtered, in the order of ids. */
export function statisticsOf(body: string, rows: readonly Row[]): { status?: number; body: string } {
  const { FILTER, SORT, ORDER } = JSON.parse(body) as {
    FILTER: Record<string, string | number>;
    SORT: string;
    ORDER: string;
  };
  const since = Date.parse(String(FILTER['>=CALL_START_DATE']));
  if (Number.isNaN(since) || SORT !== 'ID' || ORDER !== 'ASC') return { status: 400, body: '{}' };
  const found = rows
    .filter((row) => Date.parse(row.CALL_START_DATE) >= since && Number(row.ID) > Number(FILTER['>ID']))
    .sort((a, b) => Number(a.ID) - Number(b.ID));
  const result = found.slice(0, PAGE);
  return {
    body: JSON.stringify({ result, total: found.length, ...(found.length > PAGE && { next: PAGE }) }),
  };
}

/** Dates with the portal's offset, some numbers as text. */
const rowOf = ({ id, direction, client, began, answered, isMachine }: PlayedCall, index: number) => ({
  ID: String(index + 1),
  CALL_ID: id,
  CALL_TYPE: direction === 'in' ? '2' : '1',
  PHONE_NUMBER: client,
  PORTAL_NUMBER: 'reg74951234567',
  PORTAL_USER_ID: isMachine ? null : '7',
  CALL_DURATION: String(answered === null ? 20 : 30),
  CALL_START_DATE: portalTime(direction === 'out' ? (answered ?? began) : began),
  CALL_FAILED_CODE: answered === null ? '304' : '200',
});

export const portalTime = (at: number): string =>
  new Date(Math.floor(at / 1_000) * 1_000 + 3 * 3_600_000).toISOString().replace(/\.000Z$/, '+03:00');
