-- Two answers of the same millisecond are said in the order in which they were kept; their ids do not tell it ('…:100' sorts before '…:99').
alter table bot_words add column position bigint generated always as identity;
drop index bot_words_of_chat;
create index bot_words_of_chat on bot_words (chat_id, position) where state in ('pending', 'sending') and callback_id is null;
