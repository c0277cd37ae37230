import { at } from '../testing/lineWorld.ts';
import { CLIENT, MISSED, webhookStories } from '../testing/webhookStories.ts';
import { beelinePost, beelineScript } from './testing/script.ts';

const b = (
  type: string,
  leg: string,
  times: { began: string; answered?: string; released?: string },
  over = '',
  personality = over ? 'Originator' : 'Terminator',
) =>
  beelinePost(
    type,
    `<xsi:call><xsi:callId>${leg}</xsi:callId><xsi:extTrackingId>${over || 't1'}</xsi:extTrackingId>
<xsi:personality>${personality}</xsi:personality>
<xsi:remoteParty><xsi:address countryCode="7">tel:+${CLIENT}</xsi:address></xsi:remoteParty>
<xsi:startTime>${at(times.began)}</xsi:startTime>${times.answered ? `<xsi:answerTime>${at(times.answered)}</xsi:answerTime>` : ''}
${times.released ? `<xsi:releaseTime>${at(times.released)}</xsi:releaseTime>` : ''}</xsi:call>`,
  );

const BEGAN = { began: '10:00:00' };

webhookStories('Beeline', beelineScript, [
  {
    what: 'that rings at three telephones and is picked up at one',
    posted: [
      ...['a', 'b', 'c'].map((leg) => b('CallReceivedEvent', leg, BEGAN)),
      b('CallAnsweredEvent', 'b', { ...BEGAN, answered: '10:00:11' }),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:11' }),
      b('CallReleasedEvent', 'c', { ...BEGAN, released: '10:00:11' }),
      b('CallReleasedEvent', 'b', { ...BEGAN, answered: '10:00:11', released: '10:01:00' }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 9000000101`],
  },
  {
    what: 'between two subscribers of the exchange, and the end of the subscription',
    posted: [
      beelinePost(
        'CallReceivedEvent',
        `<xsi:call><xsi:callId>a</xsi:callId><xsi:extTrackingId>t1</xsi:extTrackingId><xsi:personality>Terminator</xsi:personality>
<xsi:remoteParty><xsi:address>tel:+79030000102</xsi:address><xsi:callType>Group</xsi:callType></xsi:remoteParty></xsi:call>`,
      ),
      {
        ...beelinePost('', ''),
        body: `<?xml version="1.0"?><xsi:Event xsi1:type="xsi:SubscriptionTerminatedEvent" xmlns:xsi="http://schema.broadsoft.com/xsi" xmlns:xsi1="http://www.w3.org/2001/XMLSchema-instance"><xsi:subscriptionId>s-1</xsi:subscriptionId></xsi:Event>`,
      },
    ],
    waits: [],
  },
  {
    what: 'that nobody of the group picks up, and called back',
    posted: [
      ...['a', 'b'].map((leg) => b('CallReceivedEvent', leg, BEGAN)),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:15' }),
      b('CallReleasedEvent', 'b', { ...BEGAN, released: '10:00:20' }),
      b('CallAnsweredEvent', 'o', { began: '10:01:50', answered: '10:02:00' }, 't2'),
      b('CallReleasedEvent', 'o', { began: '10:01:50', answered: '10:02:00', released: '10:03:00' }, 't2'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 9000000101`],
  },
  // While our own telephone rings the personality is Click-to-Dial (CallOriginatingEvent, BroadWorks schema).
  {
    what: 'that nobody picks up, and called back by our order',
    posted: [
      b('CallReceivedEvent', 'a', BEGAN),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:20' }),
      b('CallOriginatingEvent', 'o', { began: '10:01:30' }, 't2', 'Click-to-Dial'),
      b('CallOriginatedEvent', 'o', { began: '10:01:50' }, 't2'),
      b('CallAnsweredEvent', 'o', { began: '10:01:50', answered: '10:02:00' }, 't2'),
      b('CallReleasedEvent', 'o', { began: '10:01:50', answered: '10:02:00', released: '10:03:00' }, 't2'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 9000000101`],
  },
  {
    what: 'that nobody picks up, ordered back, and our own telephone is not picked up either',
    posted: [
      b('CallReceivedEvent', 'a', BEGAN),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:20' }),
      b('CallOriginatingEvent', 'o', { began: '10:01:30' }, 't2', 'Click-to-Dial'),
      b('CallReleasedEvent', 'o', { began: '10:01:30', released: '10:02:00' }, 't2', 'Click-to-Dial'),
    ],
    waits: MISSED,
  },
]);
