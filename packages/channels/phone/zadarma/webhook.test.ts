import { CLIENT, LINE, webhookStories } from '../testing/webhookStories.ts';
import { zadarmaPost, zadarmaScript } from './testing/script.ts';

const z = (event: string, over: Readonly<Record<string, string>>) => {
  const isOut = event.startsWith('NOTIFY_OUT');
  const base = {
    event,
    pbx_call_id: isOut ? 'out_1' : 'in_1',
    call_start: isOut ? '2026-11-23 13:59:00' : '2026-11-23 13:00:00',
    ...(isOut ? { destination: CLIENT, internal: '101' } : { caller_id: `+${CLIENT}`, called_did: LINE }),
    ...over,
  };
  const signed = isOut
    ? ['internal', 'destination', 'call_start']
    : event === 'NOTIFY_ANSWER'
      ? ['caller_id', 'destination', 'call_start']
      : ['caller_id', 'called_did', 'call_start'];
  return zadarmaPost(base, signed);
};

// Ends and answers have no time: they count from their arrival at 11:00:00.
webhookStories('Zadarma', zadarmaScript, [
  {
    what: 'picked up',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_INTERNAL', { internal: '101' }),
      z('NOTIFY_INTERNAL', { internal: '102' }),
      z('NOTIFY_ANSWER', { internal: '101', destination: LINE }),
      z('NOTIFY_END', { internal: '101', duration: '79', disposition: 'answered' }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 11:00:00 by 101`],
  },
  {
    what: 'answered by a voice menu, and called back',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_END', { duration: '20', disposition: 'answered' }),
      z('NOTIFY_OUT_START', {}),
      z('NOTIFY_OUT_END', { duration: '60', disposition: 'answered' }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 11:00:00 answered 10:59:00 by 101`],
  },
  {
    what: 'of ours that the client picks up: their answer is no turn',
    posted: [
      z('NOTIFY_OUT_START', {}),
      z('NOTIFY_ANSWER', { pbx_call_id: 'out_1', caller_id: LINE, destination: CLIENT, internal: '101' }),
    ],
    waits: [],
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_END', { duration: '0', disposition: 'cancel' }),
      z('NOTIFY_OUT_END', { duration: '0', disposition: 'busy' }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 11:00:00 attempted 11:00:00 by 101`],
  },
]);
