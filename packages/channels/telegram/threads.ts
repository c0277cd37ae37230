/** sendMessage parameters, without the connection that a business chat needs. */
export type Target =
  | { readonly kind: 'chat'; readonly chat: number; readonly params: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'business';
      readonly chat: number;
      readonly user: number | null;
      readonly connection: string | null;
    };

/** The inverse of thread names in privateChat.ts, groups.ts and business.ts; null for none. */
export function targetOf(thread: string): Target | null {
  const business = /^b(\d+|_[^/]+)\/(-?\d{1,16})$/.exec(thread);
  if (business) {
    const [, account = '', chat] = business;
    const isId = account.startsWith('_');
    return {
      kind: 'business',
      chat: Number(chat),
      user: isId ? null : Number(account),
      connection: isId ? account.slice(1) : null,
    };
  }
  const [, chat, place, number] = /^(-?\d{1,16})(?:\/([tcd])(\d{1,16}))?$/.exec(thread) ?? [];
  if (chat === undefined) return null;
  return { kind: 'chat', chat: Number(chat), params: paramsOf(place, Number(number)) };
}

function paramsOf(place: string | undefined, number: number): Record<string, unknown> {
  switch (place) {
    case 't':
      return { message_thread_id: number };
    case 'c':
      return { reply_parameters: { message_id: number, allow_sending_without_reply: true } };
    case 'd':
      return { direct_messages_topic_id: number };
    default:
      return {};
  }
}
