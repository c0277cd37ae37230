/**
 * The provider's complaint about a link, or null. As TDLib's `LinkManager` and `parse_url`: http, https, tg or ton;
 * http without `://` (so `https:example.ru` is host `https` with a port); the host needs a dot (so no
 * `http://localhost:3000`).
 */
export function linkProblem(address: string): string | null {
  if (/^(tg|ton):/i.test(address)) return null;
  const [, scheme = 'http', rest = ''] = /^(?:([^:]*):\/\/)?(.*)$/s.exec(address) ?? [];
  if (!/^https?$/i.test(scheme)) return 'Unsupported URL protocol';
  const server = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const [, host = '', port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(server) ?? [];
  if (port !== undefined && !/^\d{1,5}$/.test(port)) return 'Wrong port number specified in the URL';
  if (/[\s\\<>"]/.test(host)) return 'Wrong HTTP URL';
  return host.includes('.') || host.startsWith('[') ? null : 'Wrong HTTP URL';
}

/** The person of `tg://user?id=…`, or null. */
export function mentionedUser(address: string): number | null {
  const id = /^tg:(?:\/\/)?user\?id=(\d+)$/i.exec(address)?.[1];
  return id === undefined ? null : Number(id);
}
