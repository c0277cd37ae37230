-- What the bot answers to what one of ours wrote or pressed, until it is said: neither an outage nor a restart may leave them without.
create table bot_words (
  -- Of the message or the press that it answers.
  id text primary key,
  chat_id bigint not null,
  message_id bigint,
  -- Of a press: Telegram's own id of it, and whether what is said has to be closed by hand.
  callback_id text,
  is_alert boolean not null default false,
  person text,
  -- null: said; what was said is not kept.
  text text,
  -- Not words but the list of those who wait, as it is when it goes out.
  is_list boolean not null default false,
  state text not null default 'pending',
  created_at timestamptz not null,
  next_attempt_at timestamptz not null,
  attempts integer not null default 0,
  claimed_by text
);
create index bot_words_due on bot_words (next_attempt_at) where state = 'pending';
create index bot_words_of_chat on bot_words (chat_id, created_at) where state in ('pending', 'sending') and callback_id is null;
