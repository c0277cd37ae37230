import { describe, it } from 'vitest';
import { at } from '../testing/lineWorld.ts';
import type { Api } from '../testing/listedRows.ts';
import { bothTold, listStories, OTHER } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE } from '../testing/webhookStories.ts';
import { beelinePost, beelineScript } from './testing/script.ts';

const beelineList =
  (...rows: readonly object[]): Api =>
  ({ url }) =>
    url.pathname.endsWith('/subscription')
      ? { body: '{"subscriptionId":"s","expires":86400}' }
      : { body: JSON.stringify(rows) };

const bRow = (extension: string, status: string, time: string, over: object = {}) => ({
  externalTrackingId: 't1',
  direction: 'INBOUND',
  status,
  startDate: at(time),
  duration: 20_000,
  phone_from: CLIENT,
  phone_to: LINE,
  abonent: { extension },
  ...over,
});

const bLeg = (type: string, leg: string, answered = '') =>
  beelinePost(
    type,
    `<xsi:call><xsi:callId>${leg}</xsi:callId><xsi:extTrackingId>t1</xsi:extTrackingId>
<xsi:personality>Terminator</xsi:personality><xsi:remoteParty><xsi:address>tel:+${CLIENT}</xsi:address></xsi:remoteParty>
<xsi:startTime>${at('10:00:00')}</xsi:startTime>${answered && `<xsi:answerTime>${at(answered)}</xsi:answerTime>`}</xsi:call>`,
  );

listStories('Beeline', beelineScript, [
  {
    what: 'has those who missed it while another talks: it is no missed call',
    posted: [
      bLeg('CallReceivedEvent', 'a'),
      bLeg('CallReceivedEvent', 'b'),
      bLeg('CallAnsweredEvent', 'b', '10:00:11'),
    ],
    listed: beelineList(bRow('102', 'MISSED', '10:00:00'), bRow('103', 'MISSED', '10:00:00')),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 9000000101`],
  },
  {
    what: 'has a row a subscriber, of whom one talked, in the provider’s own spelling',
    listed: beelineList(
      bRow('102', 'MISSED', '10:00:00'),
      bRow('101', 'RECIEVED', '10:00:00', { duration: 60_000 }),
      bRow('103', 'MISSED', '10:00:00'),
    ),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:00 by 101`],
  },
  {
    what: 'tells who missed it and who called back',
    listed: beelineList(
      bRow('102', 'MISSED', '10:00:00'),
      bRow('101', 'PLACED', '10:02:00', {
        externalTrackingId: 't2',
        direction: 'OUTBOUND',
        phone_from: LINE,
        phone_to: CLIENT,
      }),
    ),
    waits: CALLED_BACK,
  },
]);

describe('a list of more pages than one is read to its end', () => {
  const beelineRows = Array.from({ length: 101 }, (_, index) =>
    bRow('101', 'MISSED', '10:00:00', {
      externalTrackingId: `t${index}`,
      ...(index === 100 && { phone_from: OTHER }),
    }),
  );

  it(
    'Beeline',
    bothTold(beelineScript, ({ url }) => {
      const page = Number(url.searchParams.get('page'));
      return url.pathname.endsWith('/subscription')
        ? { body: '{"subscriptionId":"s","expires":86400}' }
        : { body: JSON.stringify(beelineRows.slice(page * 100, page * 100 + 100)) };
    }),
  );
});
