-- Which words went to the client: Telegram tells of edits that change nothing that anybody sees.
alter table relays add column words_digest text;
