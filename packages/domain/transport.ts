/** `console` is the demo's: a ping on the terminal. */
export type Transport = 'telegram' | 'email' | 'webhook' | 'console';

/** Transports to one person, put in order by `reach`. */
export const PERSONAL_TRANSPORTS = ['telegram', 'email'] as const satisfies Transport[];
export type PersonalTransport = (typeof PERSONAL_TRANSPORTS)[number];
