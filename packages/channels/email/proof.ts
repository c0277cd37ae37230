import { domainToASCII } from 'node:url';
import { type AuthenticationResults, readAuthenticationResults } from './authenticationResults.ts';
import type { EmailChannel } from './config.ts';
import type { Mail } from './mail.ts';

/** `unknown`: no server is trusted, so nothing can be proven. */
export type Proof = 'proven' | 'unproven' | 'unknown';

/**
 * Only the topmost header of a trusted server counts (RFC 8601, 5): aligned `dmarc=pass`, or `dkim=pass` of the
 * From's domain or one above. (Relaxed DMARC also allows one below, which needs a list of public suffixes.)
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

/** A sender may have added others. */
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

/** Exchange Online's header is topmost and starts with results. */
const NAMELESS = 'exchange_online';

function isNamed(authservId: string | null, name: string): boolean {
  if (authservId === null) return name === NAMELESS;
  return name.startsWith('*.') ? authservId.endsWith(name.slice(1)) : authservId === name;
}

/** The domain in ASCII, without a final dot; may be empty. */
function domainOf(text: string): string {
  const domain = text.slice(text.lastIndexOf('@') + 1);
  return domainToASCII(domain.endsWith('.') ? domain.slice(0, -1) : domain);
}

/** Nobody signs for a top-level domain. */
const isAtOrAbove = (signer: string, domain: string): boolean =>
  signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`));

/** A candidate for trust. */
export function topmostAuthserv({ authentication }: Pick<Mail, 'authentication'>): string | null {
  const [first] = authentication;
  if (first === undefined) return null;
  const { authservId, results } = readAuthenticationResults(first);
  return authservId ?? (results.length > 0 ? NAMELESS : null);
}
