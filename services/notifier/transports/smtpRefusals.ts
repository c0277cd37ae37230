import type { HandOver } from './transport.ts';

interface SmtpError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/**
 * RFC 5321, 4.2.1; enhanced codes RFC 3463. Refused logins, senders and relaying are our set-up's fault. A refused
 * recipient is theirs, unless the reason is policy (x.7.x). Many servers judge the sender only at the recipient (553
 * «Sender address rejected: not owned by user») or after the whole mail.
 */
export function handOverOf(error: unknown): HandOver {
  const problem = error instanceof Error ? error.message : String(error);
  const { code, command, responseCode, response } = (error instanceof Error ? error : {}) as SmtpError;
  const status = Number(responseCode ?? 0);
  if (code === 'EAUTH' || status === AUTHENTICATION_REQUIRED)
    return isPassing(status) ? later(problem) : { outcome: 'closed', problem };
  if (status < 500) return later(problem);
  const said = String(response ?? problem);
  if (command === 'MAIL FROM' || SENDER_REFUSED.test(said)) return { outcome: 'closed', problem };
  if (command !== 'RCPT TO') return { outcome: 'refused', problem };
  const enhanced = /^5\d\d[ -]5\.(\d{1,3})\.\d{1,3}/.exec(said)?.[1];
  const isAboutUs = enhanced === undefined ? /relay/i.test(said) : enhanced === POLICY;
  return isAboutUs ? { outcome: 'closed', problem } : { outcome: 'refused', problem, isDeadEnd: true };
}

/** RFC 4954, section 6. */
const AUTHENTICATION_REQUIRED = 530;
/** 5.1.7 and 5.1.8: the sender's address (RFC 3463, 3.2). Words of Postfix, Exim, Exchange and large providers. */
const SENDER_REFUSED =
  /^5\d\d[ -]5\.1\.[78]\b|sender (address )?(rejected|verify|verification|not)|not owned by|send ?as ?denied|envelope[- ]?from|mail from.{0,40}(rejected|denied|not allowed|must)|from address.{0,40}(not|rejected|denied)|invalid sender|\b(dmarc|spf|dkim)\b/i;
/** Security or policy. */
const POLICY = '7';

/** It cannot be judged now (454, 421). */
const isPassing = (status: number): boolean => status >= 400 && status < 500;

const later = (problem: string): HandOver => ({ outcome: 'retry', afterMs: null, problem });
