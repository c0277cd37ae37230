import type { Exchange } from '../exchange.ts';
import { dialByTwilio } from './dial.ts';
import { listTwilioCalls } from './list.ts';
import { twilioWebhook } from './webhook.ts';

/**
 * Twilio Voice by status callbacks. `account` is the account SID, `secret` its auth token.
 * https://www.twilio.com/docs/voice/api/call-resource#statuscallback, https://www.twilio.com/docs/usage/security
 */
export const twilio: Exchange = {
  name: 'Twilio',
  webhook: twilioWebhook,
  list: listTwilioCalls,
  dial: dialByTwilio,
};
