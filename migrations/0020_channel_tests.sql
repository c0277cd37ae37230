-- Waits that `channel test` opened: shown and asked as any while they are open, in no number, report or list afterwards.
alter table waits add column test boolean not null default false;

create or replace function is_counted(w waits) returns boolean language sql immutable as
  $$ select w.voided_at is null and not w.history and not w.test $$;
