import { CLIENT, LINE, unix } from '../../testing/webhookStories.ts';
import { mangoEvent } from './script.ts';

/** The summary of the client's call to 101, changed by `over`. `talked` null: nobody picked up. */
export const mangoSummary = (
  entry: string,
  began: string,
  talked: string | null,
  ended: string,
  over: object = {},
) =>
  mangoEvent('/events/summary', {
    entry_id: entry,
    call_direction: 1,
    from: { number: CLIENT },
    to: { extension: '101' },
    line_number: LINE,
    create_time: unix(began),
    forward_time: unix(began) + 1,
    talk_time: talked === null ? 0 : unix(talked),
    end_time: unix(ended),
    entry_result: talked === null ? 0 : 1,
    disconnect_reason: 1110,
    ...over,
  });
