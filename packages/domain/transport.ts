/** How a notice reaches its recipient. `console` is the demo's: a ping on the terminal. */
export type Transport = 'telegram' | 'email' | 'webhook' | 'console';

/** What brings something to one person: `reach` puts these in order. */
export const PERSONAL_TRANSPORTS = ['telegram', 'email'] as const satisfies Transport[];
export type PersonalTransport = (typeof PERSONAL_TRANSPORTS)[number];
