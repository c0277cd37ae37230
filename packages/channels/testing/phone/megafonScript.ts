import type { PhoneScript, PlayedCall, Posting } from './phoneProvider.ts';

const SECRET = 'the-crm-token-of-this-test';

export const megafonPost = (fields: Readonly<Record<string, string>>): Posting => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ ...fields, crm_token: SECRET }).toString(),
});

const basic = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const history = ({ id, direction, client, began, answered, isMachine }: PlayedCall): Posting =>
  megafonPost({
    cmd: 'history',
    type: direction,
    status: answered === null ? 'missed' : 'Success',
    callid: id,
    phone: client,
    start: basic(began),
    wait: String(answered === null ? 0 : Math.round((answered - began) / 1_000)),
    duration: answered === null ? '0' : '30',
    ...(!isMachine && answered !== null && { user: 'ivanov' }),
  });

/** MegaFon: events without a time, so that the contract plays the history that follows them. There is no list. */
export const megafonScript: PhoneScript = {
  yaml: () => `provider: megafon, secret: "${SECRET}"`,
  rings: history,
  pickedUp: history,
  unknown: () => megafonPost({ cmd: 'telepathy', callid: 'x' }),
};
