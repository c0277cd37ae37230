-- An answer may be a file, one of several that were sent together, and it may be edited when the client has it.
alter table relays
  add column file jsonb,          -- how Telegram knows it; its bytes are never kept here. Forgotten once sent
  add column file_mark text,      -- the same as long as the file is the same
  add column album text,          -- what the parts of an album have in common
  add column sent_id text,        -- the event that it became; not null: from then on `pending` means that it is to be edited
  add column handle text,         -- what the channel finds it again by; null: it cannot be edited there
  add column next_text text,      -- words that were edited while what was before them was on its way
  add column edits integer not null default 0; -- how often they were: the same words twice are two edits
create index relays_album on relays (account, chat_id, album) where album is not null;
create index relays_in_turn on relays (channel, thread, message_id) where state in ('pending', 'sending');

alter table sends
  add column file jsonb,
  add column edits text;          -- the handle of what this edits; null: it is a message of its own
