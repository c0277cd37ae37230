import { PERSONAL_TRANSPORTS, type PersonalTransport } from '@otklik/domain';
import { z } from 'zod';
import { field, type Reading } from './fields.ts';

/** Ways that are spoken of and do not exist yet: whoever writes them must not believe that they work. */
const PLANNED: ReadonlySet<string> = new Set(['sms', 'call']);

const readWay = (text: string): Reading<PersonalTransport> => {
  const way = PERSONAL_TRANSPORTS.find((known) => known === text);
  if (way !== undefined) return { value: way };
  const remedy = `Write  reach: [${PERSONAL_TRANSPORTS.join(', ')}]`;
  if (PLANNED.has(text)) return { problem: 'does not exist yet: Otklik cannot reach people by it', remedy };
  return text === 'webhook'
    ? { problem: 'reaches nobody by itself: notify.webhook gets every notice anyway', remedy }
    : { problem: `is no way to reach people (${PERSONAL_TRANSPORTS.join(', ')})`, remedy };
};

/** `reach: [telegram, email]`, of a person or of the company. */
export function reachField(description: string) {
  const way = field(readWay, { description: 'telegram or email.', examples: ['telegram'] });
  return z
    .array(way)
    .min(1)
    .refine((ways) => new Set(ways).size === ways.length, 'names a way twice')
    .meta({ description, examples: [[...PERSONAL_TRANSPORTS]] });
}
