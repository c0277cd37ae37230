/** Kinds that concern waits: https://core.telegram.org/bots/api#update */
export type HandledKind =
  | 'message'
  | 'edited_message'
  | 'business_connection'
  | 'business_message'
  | 'deleted_business_messages'
  | 'my_chat_member'
  | 'callback_query';
