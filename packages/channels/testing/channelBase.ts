import type { Secret } from '@otklik/config';
import { type Privacy, REGULATION } from '@otklik/domain';

/** Common fields, with Anna as owner and default windows. */
export function channelBase(id: string, name: string) {
  return {
    id,
    name,
    formerly: [],
    policy: REGULATION,
    rate: 100,
    provesPhones: true,
    owner: 'anna',
    duty: [],
    deputies: [],
    head: null,
    accounts: new Map(),
  };
}

export const PRIVACY: Privacy = { text: 'full', keepText: 0, keepEvents: 0 };

export function secret(value: string): Secret {
  return { reveal: () => value };
}
