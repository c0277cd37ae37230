import { at } from '../testing/lineWorld.ts';
import {
  ANSWERED,
  ATTEMPTED,
  CALLED_BACK,
  CLIENT,
  HOOK,
  LINE,
  MISSED,
  webhookStories,
} from '../testing/webhookStories.ts';
import { twilioPost, twilioScript } from './testing/script.ts';

const t = (
  sid: string,
  status: string,
  time: string,
  over: Readonly<Record<string, string>> = {},
  query = '',
) =>
  twilioPost(
    {
      CallSid: sid,
      CallStatus: status,
      Direction: 'inbound',
      From: `+${CLIENT}`,
      To: `+${LINE}`,
      Timestamp: new Date(at(time)).toUTCString(),
      ...over,
    },
    HOOK,
    query,
  );

// The client's leg of an ordered call; the colleague's leg is not reported.
const tOrdered = (
  status: string,
  time: string,
  over: Readonly<Record<string, string>> = {},
  by = 'sip:101@acme.sip.twilio.com',
) =>
  t(
    'k2',
    status,
    time,
    { ParentCallSid: 'p2', Direction: 'outbound-dial', From: `+${LINE}`, To: `+${CLIENT}`, ...over },
    `?dial=${encodeURIComponent(by)}`,
  );

const CHILD = { ParentCallSid: 'p', Direction: 'outbound-dial', To: 'sip:101@acme.sip.twilio.com' };

const tOut = { Direction: 'outbound-api', From: 'client:101', To: `+${CLIENT}` };

webhookStories('Twilio', twilioScript, [
  {
    what: 'picked up by whoever was dialled',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'in-progress', '10:00:01'),
      t('k', 'ringing', '10:00:02', CHILD),
      t('k', 'in-progress', '10:00:11', CHILD),
      t('k', 'completed', '10:01:00', { ...CHILD, CallDuration: '49' }),
      t('p', 'completed', '10:01:00', { CallDuration: '60' }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'answered by TwiML alone, and called back',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'in-progress', '10:00:01'),
      t('k', 'no-answer', '10:00:19', CHILD),
      t('p', 'completed', '10:00:20', { CallDuration: '20' }),
      t('q', 'in-progress', '10:02:00', tOut),
      t('q', 'completed', '10:03:00', { ...tOut, CallDuration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and called back by our order',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('ringing', '10:01:50'),
      tOrdered('in-progress', '10:02:00'),
      tOrdered('completed', '10:03:00', { CallDuration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and dialled in vain by our order',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('ringing', '10:02:00'),
      tOrdered('no-answer', '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
  {
    what: 'missed, and called back by our order from a mobile: the client is shown our number, and no machine talks',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('in-progress', '10:02:00', {}, '+79031112233'),
      tOrdered('completed', '10:03:00', { CallDuration: '60' }, '+79031112233'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by +79031112233`],
  },
  {
    what: 'missed, and then neither a robot’s nor an answering machine’s talk',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      t('q', 'completed', '10:03:00', { ...tOut, From: `+${LINE}`, CallDuration: '60' }),
      t('r', 'completed', '10:05:00', { ...tOut, AnsweredBy: 'machine_end_beep', CallDuration: '60' }),
    ],
    waits: MISSED,
  },
  {
    what: 'of a colleague’s from the browser: neither they nor whom they dial in vain are a client who rings',
    posted: [
      t('q', 'ringing', '10:02:00', { From: 'client:anna', To: '' }),
      t('k', 'ringing', '10:02:01', { ...CHILD, ParentCallSid: 'q', From: `+${LINE}`, To: `+${CLIENT}` }),
      t('k', 'no-answer', '10:02:30', { ...CHILD, ParentCallSid: 'q', From: `+${LINE}`, To: `+${CLIENT}` }),
      t('q', 'completed', '10:02:31', { From: 'client:anna', To: '' }),
    ],
    waits: [],
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      t('q', 'no-answer', '10:02:30', tOut),
    ],
    waits: ATTEMPTED,
  },
]);
