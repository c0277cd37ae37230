/**
 * What the provider says about the address of a link or a button, or null when it takes it. As in TDLib's `LinkManager` and
 * `parse_url`: http, https, tg or ton, http when no `://` is given (so that `https:example.ru` is the host `https` with a port),
 * and a host with a dot (so that `http://localhost:3000` is refused).
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

/** The person that `tg://user?id=…` means, or null for any other address. */
export function mentionedUser(address: string): number | null {
  const id = /^tg:(?:\/\/)?user\?id=(\d+)$/i.exec(address)?.[1];
  return id === undefined ? null : Number(id);
}
