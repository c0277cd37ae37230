import { z } from 'zod';
import { flagField, numberField, textField } from './fields.ts';
import { durationField } from './timeFields.ts';

const stepSchema = z
  .strictObject({
    at: durationField('When, counted from the opening of the wait.', '3m', 0).optional(),
    every: durationField('Repeat after the step before, at this interval.', '15m').optional(),
    times: numberField('How many times to repeat. Goes with  every.', 3, 1000).optional(),
    notify: z
      .array(
        z
          .enum(['owner', 'deputies', 'head'])
          .meta({ description: 'Turned into people when the step fires.' }),
      )
      .min(1)
      .meta({ description: 'Whom to ping.' }),
  })
  .meta({
    description: 'One step of the chain: once ( at ), or repeated ( every  and  times ).',
    oneOf: [{ required: ['at'] }, { required: ['every', 'times'] }],
    examples: [{ at: '3m', notify: ['owner'] }],
  });

export const policySchema = z
  .strictObject({
    warn: durationField('First ping, counted from the opening of the wait. Default 3m.', '3m').optional(),
    breach: durationField('The time in which a client must have an answer. Default 5m.', '5m').optional(),
    steps: z.array(stepSchema).min(1).optional().meta({
      description:
        'The escalation chain. Default: at  warn  the owner; at  breach  the owner and the deputies; at twice  breach  the head; then the head three times more.',
    }),
    take_lease: durationField(
      'How long «Беру» holds the chain back when no answer follows. Default 2m.',
      '2m',
    ).optional(),
    after_hours: z.enum(['same', 'owner_only', 'defer']).optional().meta({
      description:
        'The chain outside working hours: the same, only the owner, or put off until work begins. The clock runs in all three. Default same.',
    }),
    cross_channel: flagField(
      'Whether an answer on any channel closes the client’s waits on all. Default true.',
    ).optional(),
    missed_call_at_once: flagField(
      'Whether a missed call is told at once to whom the first step asks. Default true.',
    ).optional(),
    counts_as_answer: z
      .strictObject({
        bot: flagField('Whether a machine’s message is an answer. Default false.').optional(),
        closing: flagField('Whether closing the dialogue is an answer. Default false.').optional(),
        reaction: flagField('Whether a reaction (👍) is an answer. Default false.').optional(),
        min_call: durationField(
          'The shortest conversation by phone that counts. Default 5s.',
          '5s',
          0,
        ).optional(),
        unknown: flagField(
          'Whether a human whom the channel does not name is credited to the channel’s owner. Default false.',
        ).optional(),
        formal: flagField(
          'Whether a formal reply («+», «ок», “noted”) is an answer. Default true; the share is in reports either way.',
        ).optional(),
      })
      .optional()
      .meta({ description: 'What stops the clock.' }),
    formal_replies: z
      .array(textField('A whole message.', 'Ваше обращение принято'))
      .optional()
      .meta({ description: 'The company’s own formal replies, beside those that are known anyway.' }),
    overload: numberField(
      'Whoever has so many open waits gets no new ones: the deputies do. Default: no limit.',
      10,
      1000,
    ).optional(),
  })
  .meta({ description: 'What it leaves out is taken from the policy  default.' });

export type PolicyEntry = z.output<typeof policySchema>;
