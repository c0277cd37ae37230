-- The field's words: an employee's answer on its way to the client is a reply, and what two people have said of two clients is that they are no duplicates.
alter table relays rename to replies;
alter table told_apart rename to not_duplicates;
