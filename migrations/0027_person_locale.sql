-- The language that a person chose in the bot; null: that of the configuration.
alter table person_states add column locale text;
