/**
 * What the provider says about the address of a link or a button, or null when it takes it. As in TDLib's `LinkManager`:
 * http, https, tg or ton, http when no scheme is given, and a host with a dot (so `http://localhost:3000` is refused).
 */
export function linkProblem(address: string): string | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`);
  if (url === null || address.trim() !== address || address === '') return 'Wrong HTTP URL';
  if (url.protocol === 'tg:' || url.protocol === 'ton:') return null;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'Unsupported URL protocol';
  return url.host.includes('.') || url.host.startsWith('[') ? null : 'Wrong HTTP URL';
}

/** The person that `tg://user?id=…` means, or null for any other address. */
export function mentionedUser(address: string): number | null {
  const id = /^tg:(?:\/\/)?user\?id=(\d+)$/i.exec(address)?.[1];
  return id === undefined ? null : Number(id);
}
