import { describe, it } from 'vitest';
import { at } from '../testing/lineWorld.ts';
import type { Api } from '../testing/listedRows.ts';
import { bothTold, listStories, OTHER } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE, MISSED, unix } from '../testing/webhookStories.ts';
import { twilioScript } from './testing/script.ts';

const twilioList =
  (...rows: readonly object[]): Api =>
  () => ({ body: JSON.stringify({ calls: rows, next_page_uri: null }) });

const tRow = (sid: string, times: [string, string], over: object) => ({
  sid,
  parent_call_sid: null,
  from: `+${CLIENT}`,
  to: `+${LINE}`,
  status: 'completed',
  direction: 'inbound',
  start_time: new Date(at(times[0])).toUTCString(),
  end_time: new Date(at(times[1])).toUTCString(),
  duration: String(unix(times[1]) - unix(times[0])),
  ...over,
});

const T_MISSED = tRow('p', ['10:00:00', '10:00:20'], {});

listStories('Twilio', twilioScript, [
  {
    what: 'knows whom a colleague dialled from the browser',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:01:50', '10:03:00'], { from: 'client:101', to: '' }),
      tRow('k', ['10:02:00', '10:03:00'], {
        parent_call_sid: 'q',
        from: `+${LINE}`,
        to: `+${CLIENT}`,
        direction: 'outbound-dial',
      }),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'knows whom an ordered call reached, which called the colleague first',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:01:50', '10:03:00'], {
        from: `+${LINE}`,
        to: '+79260000000',
        direction: 'outbound-api',
      }),
      tRow('k', ['10:02:00', '10:03:00'], {
        parent_call_sid: 'q',
        from: `+${LINE}`,
        to: `+${CLIENT}`,
        direction: 'outbound-dial',
      }),
    ),
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by +79260000000`],
  },
  {
    what: 'takes no robot’s call and no answering machine for a person’s',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:02:00', '10:03:00'], { from: `+${LINE}`, to: `+${CLIENT}`, direction: 'outbound-api' }),
      tRow('r', ['10:04:00', '10:05:00'], {
        from: 'client:101',
        to: `+${CLIENT}`,
        direction: 'outbound-api',
        answered_by: 'machine_start',
      }),
    ),
    waits: MISSED,
  },
  {
    what: 'says nothing of the end of a call that goes on',
    listed: twilioList({ ...T_MISSED, status: 'in-progress', end_time: null }),
    waits: [`+${CLIENT} 10:00:00 waits`],
  },
]);

describe('a list of more pages than one is read to its end', () => {
  it(
    'Twilio',
    bothTold(twilioScript, ({ url }) => {
      const second = tRow('q', ['10:00:00', '10:00:20'], { from: `+${OTHER}` });
      const body = url.searchParams.has('PageToken')
        ? { calls: [second], next_page_uri: null }
        : { calls: [T_MISSED], next_page_uri: `${url.pathname}?PageToken=t` };
      return { body: JSON.stringify(body) };
    }),
  );
});
