-- Open waits follow edits of the policy: by which one each is planned, and what it was asked before.

alter table waits
  add column plan text,                -- digest of the policy that it is planned by; null: planned by a version that did not write it
  add column replanned jsonb,          -- whom the policies before asked, and from which number its steps go on (packages/domain/replan.ts)
  add column policy_at timestamptz;    -- when it was last planned anew: what was due before is late by the policy
