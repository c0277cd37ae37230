/** What is to be done when WhatsApp closed the connection. Always with a new connection, never with the old one. */
export type Next =
  | { readonly step: 'again' }
  | { readonly step: 'backoff'; readonly problem: string }
  /** Trying again would make it worse: a person has to do something first. */
  | { readonly step: 'stop'; readonly problem: string }
  /** The session is void: forget it, and ask to be linked anew. */
  | { readonly step: 'relink'; readonly problem: string };

/** How far the linking was: done, its code shown to people, or neither. */
export type Stage = 'linked' | 'shown' | 'new';

const BACKOFF = 'WhatsApp closed the connection; it is tried again';

/**
 * By the code with which the connection closed: `DisconnectReason` of the library, and the numbers of WhatsApp's own
 * `<failure reason>` (402 a ban for a time, 403 locked, 405 an old version, 406 banned). null: the network.
 */
export function afterClose(code: number | null, stage: Stage): Next {
  switch (code) {
    case 515:
      return { step: 'again' };
    case 401:
      return stage === 'linked'
        ? {
            step: 'relink',
            problem: 'WhatsApp has removed this linked device (on the telephone, or by WhatsApp itself)',
          }
        : { step: 'relink', problem: 'the linking was not completed' };
    case 402:
    case 403:
    case 406:
      return {
        step: 'stop',
        problem: `WhatsApp has restricted this account (${code}): look into the app on the telephone, then restart Otklik. WhatsApp’s official Cloud API is the way that it does not restrict`,
      };
    case 405:
      return { step: 'stop', problem: 'WhatsApp takes this version no more (405): update Otklik' };
    case 411:
      return {
        step: 'stop',
        problem:
          'this account cannot have linked devices (411): update WhatsApp on the telephone, then restart Otklik',
      };
    case 440:
      return {
        step: 'stop',
        problem:
          'another program uses this very session (440): stop the second copy of Otklik or its database, then restart this one',
      };
    case 408:
      // Nobody scanned the code while it was good.
      return stage === 'shown'
        ? { step: 'again' }
        : { step: 'backoff', problem: 'WhatsApp does not answer; it is tried again' };
    case null:
      return { step: 'backoff', problem: 'WhatsApp cannot be reached; it is tried again' };
    default:
      return { step: 'backoff', problem: `${BACKOFF} (${code})` };
  }
}
