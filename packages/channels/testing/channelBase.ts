import type { ChannelConfig } from '@otklik/config';
import { defaultSteps } from '@otklik/domain';

/** For tests: what every kind has, with Anna as the owner and the usual windows. */
export function channelBase(id: string, name: string) {
  const policy: ChannelConfig['policy'] = {
    name: 'default',
    warn: 180_000,
    breach: 300_000,
    steps: defaultSteps(180_000, 300_000),
    takeLease: 120_000,
    afterHours: 'same',
    crossChannel: true,
    missedCallAtOnce: true,
    countsAsAnswer: {
      bot: false,
      closing: false,
      reaction: false,
      minCall: 5_000,
      unknown: false,
      formal: true,
    },
    formalReplies: [],
    overload: null,
  };
  return {
    id,
    name,
    formerly: [],
    policy,
    rate: 100,
    owner: 'anna',
    duty: [],
    deputies: [],
    head: null,
    accounts: new Map(),
  };
}
