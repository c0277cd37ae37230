/** Of `Отклик <otklik@example.ru>` the address and its domain, in lower case. */
export function senderOf(from: string): { readonly address: string; readonly domain: string } {
  const address = (/([^\s<>]+@[^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? '').toLowerCase();
  return { address, domain: address.split('@').at(-1) || 'otklik' };
}
