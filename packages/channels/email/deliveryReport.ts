import type { DeliveryReport } from './mail.ts';
import { messageIdOf } from './messageIds.ts';

/**
 * What a delivery report says (RFC 3464): the action of its `message/delivery-status` part, and the id of the mail that it
 * is about, from the returned mail or its headers. Of several recipients the worst counts.
 */
export function readReport(status: string, returned: string): DeliveryReport {
  const actions = [...status.matchAll(/^action:\s*([a-z]+)/gim)].map(([, action]) => action?.toLowerCase());
  const about = /^message-id:\s*(<[^<>]+>|\S+)/im.exec(returned)?.[1];
  const action = actions.includes('failed')
    ? 'failed'
    : actions.includes('delayed')
      ? 'delayed'
      : actions.some((said) => said === 'delivered' || said === 'relayed' || said === 'expanded')
        ? 'delivered'
        : 'other';
  return { action, about: messageIdOf(about) };
}
