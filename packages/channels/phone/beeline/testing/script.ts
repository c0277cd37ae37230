import type { PhoneScript, PlayedCall, Posting } from '../../testing/phoneProvider.ts';

const [KEY, TOKEN] = ['the-key-of-this-test-1', 'the-token-of-this-test'];

export const beelinePost = (type: string, call: string): Posting => ({
  path: `?key=${KEY}`,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>
<xsi:Event xsi1:type="xsi:SubscriptionEvent" xmlns:xsi="http://schema.broadsoft.com/xsi" xmlns:xsi1="http://www.w3.org/2001/XMLSchema-instance">
<xsi:eventID>e</xsi:eventID><xsi:sequenceNumber>1</xsi:sequenceNumber><xsi:targetId>9000000101@mpbx.example.ru</xsi:targetId>
<xsi:eventData xsi1:type="xsi:${type}">${call}</xsi:eventData></xsi:Event>`,
});

const callXml = ({ id, direction, client, began, answered }: PlayedCall): string => `<xsi:call>
<xsi:callId>${id}-leg</xsi:callId><xsi:extTrackingId>${id}</xsi:extTrackingId>
<xsi:personality>${direction === 'in' ? 'Terminator' : 'Originator'}</xsi:personality>
<xsi:remoteParty><xsi:address countryCode="7">tel:+${client}</xsi:address></xsi:remoteParty>
<xsi:startTime>${began}</xsi:startTime>${answered === null ? '' : `<xsi:answerTime>${answered}</xsi:answerTime>`}</xsi:call>`;

/** BroadWorks XML, a subscription of a day, paged statistics. A voice menu has no leg. */
export const beelineScript: PhoneScript = {
  yaml: ({ api }) => `provider: beeline, key: "${KEY}", token: "${TOKEN}", api_root: "${api}"`,
  rings: (call) => beelinePost('CallReceivedEvent', callXml(call)),
  pickedUp: (call) =>
    call.isMachine
      ? beelinePost('CallReceivedEvent', callXml(call))
      : beelinePost('CallAnsweredEvent', callXml(call)),
  unknown: () => beelinePost('CallTelepathyEvent', '<xsi:call/>'),
  api: ({ url, headers, body }, calls) => {
    if (headers['x-mpbx-api-auth-token'] !== TOKEN) return { status: 401, body: '{}' };
    if (url.pathname === '/apis/portal/subscription') {
      const asked = JSON.parse(body) as { expires: number; subscriptionType: string; url: string };
      const isRight =
        asked.expires <= 90_000 &&
        asked.subscriptionType === 'BASIC_CALL' &&
        asked.url.endsWith(`?key=${KEY}`);
      return isRight ? { body: '{"subscriptionId":"s-1","expires":86400}' } : { status: 400, body: '{}' };
    }
    if (url.pathname !== '/apis/portal/v2/statistics' || Number(url.searchParams.get('pageSize')) > 100)
      return null;
    return { body: JSON.stringify(calls.map(rowOf)) };
  },
};

const rowOf = ({ id, direction, client, began, answered, isMachine }: PlayedCall) => ({
  externalTrackingId: id,
  direction: direction === 'in' ? 'INBOUND' : 'OUTBOUND',
  status: answered === null || isMachine ? 'MISSED' : direction === 'in' ? 'RECIEVED' : 'PLACED',
  startDate: answered ?? began,
  duration: 30_000,
  phone_from: direction === 'in' ? client : '74951234567',
  phone_to: direction === 'in' ? '74951234567' : client,
  abonent: { extension: '101' },
});
