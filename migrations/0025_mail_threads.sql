-- Pings by mail: whoever got one reads how it ended, in the same thread, and may answer the client by replying to it.

alter table notices
  -- Of a ping by mail: the notice that tells the end of it. Written in the transaction that ends the wait.
  add column end_id uuid,
  -- The notice whose id is the Message-ID of the mail in which this one went: the first of those that went together.
  add column sent_as uuid;
create index notices_of_end on notices (end_id) where end_id is not null;
create index notices_sent_as on notices (sent_as) where sent_as is not null;

-- A reply to a ping by mail is a relay like one in a chat: instead of the chat it knows the mail to which we say what became of it.
alter table relays
  alter column chat_id drop not null,
  alter column message_id drop not null,
  add column mail jsonb;
create index notices_of_replies on notices (recipient, due_at) where type = 'reply.told';
