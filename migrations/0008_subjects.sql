-- What a thread is about (an advertisement, a mail's subject), as its newest event says: shown beside the client's words.

alter table threads
  add column subject text,
  add column subject_link text,
  add column subject_at timestamptz;   -- the time of the event that said it
create index threads_with_subject on threads (subject_at) where subject is not null;
