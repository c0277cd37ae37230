/** What to tell a person whose bot belongs to another program's webhook. Only the host is told: the path may be a secret. */
export function heldByWebhook(url: string | null): string {
  const host = url === null ? null : URL.parse(url)?.host;
  const place = host ? ` at ${host}` : '';
  return `another program holds this bot by a webhook${place}: give Otklik a bot of its own, or, if nothing needs that webhook any more, remove it with deleteWebhook`;
}
