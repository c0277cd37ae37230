import {
  ANSWERED,
  ATTEMPTED,
  CALLED_BACK,
  CLIENT,
  LINE,
  unix,
  webhookStories,
} from '../testing/webhookStories.ts';
import { sipuniPost, sipuniScript } from './testing/script.ts';

const s = (fields: Readonly<Record<string, string>>, time: string) =>
  sipuniPost({
    call_id: 'c1',
    src_num: CLIENT,
    src_type: '1',
    pbxdstnum: LINE,
    timestamp: String(unix(time)),
    ...fields,
  });

const sOut = {
  call_id: 'c2',
  src_num: '101',
  short_src_num: '101',
  src_type: '2',
  dst_num: CLIENT,
  dst_type: '1',
};

const TO_101 = { dst_type: '2', short_dst_num: '101' };

webhookStories('Sipuni', sipuniScript, [
  {
    what: 'picked up; the start comes twice',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '3', ...TO_101 }, '10:00:11'),
      s(
        {
          event: '2',
          ...TO_101,
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:11')),
        },
        '10:01:00',
      ),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up, whose end has it answered before it began',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '3', ...TO_101 }, '10:00:11'),
      s(
        {
          event: '2',
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:00') - 1),
        },
        '10:01:00',
      ),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up, of which the end never comes',
    posted: [s({ event: '1' }, '10:00:00'), s({ event: '3', ...TO_101 }, '10:00:11')],
    waits: ANSWERED,
  },
  {
    what: 'missed, and called back by our order, which is told as the extension’s own call',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '2', status: 'NOANSWER' }, '10:00:20'),
      s({ event: '1', ...sOut, callbackId: '5f2c' }, '10:01:50'),
      s({ event: '3', ...sOut, callbackId: '5f2c' }, '10:02:00'),
      s(
        {
          event: '2',
          ...sOut,
          callbackId: '5f2c',
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:01:50')),
          call_answer_timestamp: String(unix('10:02:00')),
        },
        '10:03:00',
      ),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s(
        {
          event: '2',
          status: 'NOANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:00')),
        },
        '10:00:20',
      ),
      s({ event: '1', ...sOut }, '10:02:00'),
      s({ event: '2', ...sOut, status: 'NOANSWER' }, '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
]);
