/**
 * `79161234567@s.whatsapp.net` is a number (PN), `123456789012345@lid` an id that hides it, `…@g.us` a group. Device
 * (`:`) and agent (`_`) do not matter.
 */
const JID = /^(\d+)(?:_\d+)?(?::\d+)?@([a-z.]+)$/;
const GROUP = /^[\d-]+@g\.us$/;
const NUMBER = /^[1-9]\d{6,14}$/;

const SERVERS: Readonly<Record<string, 'pn' | 'lid'>> = {
  's.whatsapp.net': 'pn',
  'c.us': 'pn',
  hosted: 'pn',
  lid: 'lid',
  'hosted.lid': 'lid',
};

/** A LID has digits too, but is no telephone number. */
export interface PersonJid {
  readonly server: 'pn' | 'lid';
  readonly jid: string;
}

/** null for groups, newsletters, status, broadcasts, bots and WhatsApp's service account (`0`). */
export function personJid(jid: string | null | undefined): PersonJid | null {
  const [, user, host] = JID.exec(jid ?? '') ?? [];
  const server = SERVERS[host ?? ''];
  if (user === undefined || server === undefined || /^0*$/.test(user)) return null;
  return { server, jid: `${user}@${server === 'pn' ? 's.whatsapp.net' : 'lid'}` };
}

export function isGroupJid(jid: string): boolean {
  return GROUP.test(jid);
}

/** E.164 with the plus. */
export function phoneOfJid(jid: string | null): string | null {
  const person = personJid(jid);
  const user = person?.jid.split('@', 1)[0] ?? '';
  return person?.server === 'pn' && NUMBER.test(user) ? `+${user}` : null;
}

/** Nobody waits there. Only these stay undecrypted. */
export function isPosting(jid: string): boolean {
  return jid.endsWith('@broadcast') || jid.endsWith('@newsletter');
}
