import { ANSWERED, CALLED_BACK, CLIENT, unix, webhookStories } from '../testing/webhookStories.ts';
import { onlinepbxPost, onlinepbxScript } from './testing/script.ts';

const o = (event: string, time: string, over: object = {}) =>
  onlinepbxPost({
    event,
    direction: 'inbound',
    uuid: 'u1',
    caller: CLIENT,
    callee: '101',
    date: String(unix(time)),
    ...over,
  });

const oOut = { direction: 'outbound', uuid: 'u2', caller: '101', callee: CLIENT };

webhookStories('OnlinePBX', onlinepbxScript, [
  {
    what: 'picked up in a group, of which it is told as missed besides',
    posted: [
      o('call_start', '10:00:00'),
      o('call_answered', '10:00:11'),
      o('call_missed', '10:00:11', { callee: undefined, direction: undefined }),
      o('call_end', '10:01:00', { dialog_duration: '49' }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'missed, and called back',
    posted: [
      o('call_start', '10:00:00'),
      o('call_missed', '10:00:20', { callee: undefined, direction: undefined }),
      o('call_answered', '10:02:00', oOut),
      o('call_end', '10:03:00', { ...oOut, dialog_duration: 60 }),
    ],
    waits: CALLED_BACK,
  },
  { what: 'between colleagues', posted: [o('call_start', '10:00:00', { direction: 'local' })], waits: [] },
]);
