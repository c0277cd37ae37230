import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { Channel, Fault, HookRequest, Received } from '../channel.ts';
import { verifySignature } from '../provider/standardWebhooks.ts';
import { anyEvent, type HookEvent, hookEvent, MOST_AHEAD, MOST_BEHIND, MOST_EVENTS } from './body.ts';
import { type WebhookChannel, webhookKind } from './config.ts';
import { normalise } from './normalise.ts';

/** The smallest channel: copy this folder for a new one. */
export const webhookChannel: Channel<WebhookChannel> = {
  config: webhookKind,
  repeats: true,
  sample: ({ secret }, { now }) => ({
    method: 'POST',
    path: '',
    headers: { authorization: `Bearer ${secret.reveal()}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      id: `otklik-test-${now}`,
      thread: 'otklik-test',
      kind: 'message',
      at: new Date(now).toISOString(),
      from: { side: 'client', id: 'otklik-test', name: 'Otklik' },
      text: 'Проверка канала / channel test',
    }),
  }),
  receive(channel, request, { config: { privacy } }): Received {
    const refusal = checkSender(channel, request);
    if (refusal) return refusal;
    const body = readJson(request);
    if ('outcome' in body) return body;
    const parsed = parseEvents(body.json, request.receivedAt);
    if ('outcome' in parsed) return parsed;
    return {
      outcome: 'accepted',
      delivery: {
        events: parsed.events.map((event) => normalise(event, channel, request.receivedAt, privacy)),
        staff: [],
      },
      quarantine: null,
      answer: ({ accepted, duplicates }) => ({ status: 202, body: { accepted, duplicates } }),
    };
  },
};

type Refusal = Extract<Received, { outcome: 'refused' }>;

function checkSender(config: WebhookChannel, request: HookRequest): Refusal | null {
  const secret = config.secret.reveal();
  const bearer = /^bearer +([^ ].*)$/is.exec(request.headers.authorization?.toString() ?? '')?.[1];
  if (bearer !== undefined && sameText(bearer, secret)) return null;
  const signed = verifySignature(secret, request.headers, request.body, request.receivedAt);
  if (signed === 'valid') return null;
  const details = {
    absent:
      'Sign the body as Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature), or send the secret as "Authorization: Bearer SECRET".',
    stale: 'webhook-timestamp is more than 5 minutes off. Set the clock, and sign each request anew.',
    forged:
      'The signature does not match the body. Check the secret, and sign exactly the bytes that are sent.',
  };
  return {
    outcome: 'refused',
    status: 401,
    reason: signed === 'stale' ? 'stale' : 'signature',
    title: 'The sender is not known',
    detail: details[signed],
    faults: [],
  };
}

/** Compares digests, so timing reveals neither length nor content. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const refuse = (reason: Refusal['reason'], detail: string, faults: readonly Fault[]): Refusal => ({
  outcome: 'refused',
  status: 400,
  reason,
  title: 'The body cannot be taken',
  detail,
  faults,
});

function readJson({ headers, body }: HookRequest): { json: unknown } | Refusal {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(String(headers['content-type'] ?? ''))?.[1];
  const notUtf8 = () =>
    refuse('encoding', 'The body must be JSON in UTF-8, uncompressed.', [{ path: '', message: 'not UTF-8' }]);
  const isPlain = /^(identity)?$/i.test(String(headers['content-encoding'] ?? ''));
  if ((charset && !/^(utf-?8|us-ascii)$/i.test(charset)) || !isPlain) return notUtf8();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return notUtf8();
  }
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? withoutExcerpt(error.message) : 'not JSON';
    return refuse('json', 'The body is not JSON.', [{ path: '', message }]);
  }
}

/** V8 quotes the text near the fault: a client's words must not get into a log. */
const withoutExcerpt = (message: string): string =>
  /at position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0].replace(/^/, 'not JSON ') ?? 'not JSON';

function parseEvents(json: unknown, receivedAt: number): { events: HookEvent[] } | Refusal {
  const list = Array.isArray(json) ? json : [json];
  if (list.length > MOST_EVENTS) {
    return refuse(
      'schema',
      `An array holds at most ${MOST_EVENTS} events; this one has ${list.length}. Send it in parts.`,
      [{ path: '', message: `more than ${MOST_EVENTS} events` }],
    );
  }
  const events: HookEvent[] = [];
  const faults: Fault[] = [];
  let onlyTimes = true;
  for (const [index, item] of list.entries()) {
    const at = Array.isArray(json) ? `/${index}` : '';
    const parsed = hookEvent.safeParse(item);
    if (parsed.success) events.push(parsed.data);
    else {
      onlyTimes = false;
      for (const issue of issuesOf(parsed.error, item)) faults.push(...faultsOf(issue, at));
    }
    const late = timeFault(item, receivedAt);
    if (late) faults.push({ path: `${at}/at`, message: late });
  }
  if (faults.length === 0) return { events };
  return refuse(
    onlyTimes ? 'time' : 'schema',
    'Nothing of the body was taken. Mend the fields named in `errors` and send it again.',
    faults,
  );
}

type Issue = z.core.$ZodIssue;

/** zod reports only the unknown kind. */
function issuesOf({ issues }: z.ZodError, item: unknown): readonly Issue[] {
  const [first] = issues;
  if (first?.code !== 'invalid_union') return issues;
  return [...issues, ...(anyEvent.safeParse(item).error?.issues ?? [])];
}

/** An invalid time is a fault of the shape. */
function timeFault(item: unknown, receivedAt: number): string | null {
  const { success, data } = itsTime.safeParse(item);
  if (!success) return null;
  const ahead = Date.parse(data.at) - receivedAt;
  if (Number.isNaN(ahead)) return 'must be a time such as 2026-11-23T10:00:00.000Z';
  if (ahead > MOST_AHEAD) return 'lies more than 5 minutes in the future';
  if (-ahead > MOST_BEHIND) return 'lies more than 40 days in the past';
  return null;
}

const itsTime = anyEvent.pick({ at: true });

const LONGEST_KEY_SHOWN = 64;

function faultsOf(issue: Issue, at: string): Fault[] {
  const path = at + issue.path.map(pointerTo).join('');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) =>
    key.length <= LONGEST_KEY_SHOWN
      ? { path: path + pointerTo(key), message: 'is not a field of this kind of event' }
      : { path, message: `has a field with a name of ${key.length} characters, which no kind of event has` },
  );
}

/** One step of an RFC 6901 pointer. */
const pointerTo = (key: PropertyKey) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
