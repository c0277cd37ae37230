import { BEGAN, clientOf, json, LINE, type ListedRows, page } from '../../testing/listedRows.ts';
import { beelineScript } from './script.ts';

export const beelineRows: ListedRows = {
  script: beelineScript,
  list:
    (rows) =>
    ({ url }) =>
      url.pathname.endsWith('/subscription')
        ? json({ subscriptionId: 's', expires: 86_400 })
        : json(page(rows, Number(url.searchParams.get('page')) * 100, 100)),
  missed: (nth) => ({
    externalTrackingId: `t${nth}`,
    direction: 'INBOUND',
    status: 'MISSED',
    startDate: BEGAN,
    duration: 20_000,
    phone_from: clientOf(nth),
    phone_to: LINE,
    abonent: { extension: '101' },
  }),
  inside: { direction: 'INTERNAL', status: 'MISSED' },
  nothing: [[], null],
};
