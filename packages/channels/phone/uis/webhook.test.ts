import {
  ANSWERED,
  ATTEMPTED,
  CALLED_BACK,
  CLIENT,
  LINE,
  unix,
  webhookStories,
} from '../testing/webhookStories.ts';
import { uisPost, uisScript } from './testing/script.ts';

const u = (event: string, time: string, over: object = {}) =>
  uisPost({
    event,
    at: unix(time),
    call: event.startsWith('out') ? 2 : 1,
    line: LINE,
    client: CLIENT,
    employee: 101,
    talk: 0,
    ...over,
  });

webhookStories('UIS', uisScript, [
  {
    what: 'lost, told with empty placeholders and a number without quotes',
    posted: [
      {
        ...u('lost', '10:00:20'),
        body: `{"event":"lost","at":${unix('10:00:20')},"call":1,"line":74951234567,"client":+${CLIENT},"employee":,"talk":}`,
      },
    ],
    waits: [`+${CLIENT} 10:00:20 missed 10:00:20 waits`],
  },
  {
    what: 'picked up',
    posted: [u('ringing', '10:00:00'), u('answered', '10:00:11'), u('ended', '10:01:00', { talk: 49 })],
    waits: ANSWERED,
  },
  {
    what: 'lost, of which two rules tell, and called back',
    posted: [
      u('ringing', '10:00:00'),
      u('lost', '10:00:20'),
      u('ended', '10:00:20'),
      u('out_answered', '10:02:00'),
      u('out_ended', '10:03:00', { talk: 60 }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'lost, and dialled in vain',
    posted: [
      u('ringing', '10:00:00'),
      u('lost', '10:00:20'),
      u('out_ringing', '10:02:00'),
      u('out_ended', '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
]);
