import { domainToASCII } from 'node:url';
import { type AuthenticationResults, readAuthenticationResults } from './authenticationResults.ts';
import type { EmailChannel } from './config.ts';
import type { Mail } from './mail.ts';

/**
 * Whether the own mail server has proven that a mail comes from whom its From names. `unknown`: there is no server whose word
 * is trusted, so that nothing can be proven.
 */
export type Proof = 'proven' | 'unproven' | 'unknown';

/**
 * Anybody can write any From, and any `Authentication-Results` as well. So only the topmost header of a trusted server counts
 * (RFC 8601, 5), and of it only what is about the domain of the From: an aligned `dmarc=pass`, or a `dkim=pass` of that
 * domain or one above it. (Relaxed DMARC also takes a domain below; whose that is, only a list of public suffixes tells.)
 */
export function proofOf(
  { from, authentication }: Pick<Mail, 'from' | 'authentication'>,
  { trustedAuthserv }: Pick<EmailChannel, 'trustedAuthserv'>,
): Proof {
  if (trustedAuthserv.length === 0) return 'unknown';
  const domain = from === null ? '' : domainOf(from.address);
  if (domain === '') return 'unproven';
  const said = trustedWord(authentication, trustedAuthserv);
  const isProven = said?.results.some(({ method, result, properties }) => {
    if (result !== 'pass') return false;
    if (method === 'dmarc') return domainOf(properties.get('header.from') ?? '') === domain;
    const signer = domainOf(properties.get('header.d') ?? properties.get('header.i') ?? '');
    return method === 'dkim' && isAtOrAbove(signer, domain);
  });
  return isProven ? 'proven' : 'unproven';
}

/** What the trusted server has written: its topmost header, where there are several (a sender may have added more). */
export function trustedWord(
  headers: readonly string[],
  trusted: readonly string[],
): AuthenticationResults | undefined {
  for (const [index, header] of headers.entries()) {
    const said = readAuthenticationResults(header);
    if (said.authservId === null && index > 0) continue;
    if (trusted.some((name) => isNamed(said.authservId, name))) return said;
  }
  return undefined;
}

/** Exchange Online names itself nowhere: its header is the topmost one, and begins with the results. */
const NAMELESS = 'exchange_online';

function isNamed(authservId: string | null, name: string): boolean {
  if (authservId === null) return name === NAMELESS;
  return name.startsWith('*.') ? authservId.endsWith(name.slice(1)) : authservId === name;
}

/** Of an address, of `@example.ru`, or of a bare domain; as DNS writes it, without the dot at the end. Empty where there is none. */
function domainOf(text: string): string {
  const domain = text.slice(text.lastIndexOf('@') + 1);
  return domainToASCII(domain.endsWith('.') ? domain.slice(0, -1) : domain);
}

/** Nobody signs for a whole top level. */
const isAtOrAbove = (signer: string, domain: string): boolean =>
  signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`));

/** Whose header stands topmost: what an operator may have to trust. */
export function topmostAuthserv({ authentication }: Pick<Mail, 'authentication'>): string | null {
  const [first] = authentication;
  if (first === undefined) return null;
  const { authservId, results } = readAuthenticationResults(first);
  return authservId ?? (results.length > 0 ? NAMELESS : null);
}
