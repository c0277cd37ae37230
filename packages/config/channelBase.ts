import type { RuledChannel } from '@otklik/domain';
import { z } from 'zod';
import { idField, nameField, numberField, textField } from './fields.ts';
import { dateField, hoursField, sinceField, timeField } from './timeFields.ts';

/** What a channel of any kind has. */
export interface ChannelBase extends RuledChannel {
  readonly id: string;
  /** Its name in otklik.yaml, such as `telegram`. */
  readonly kind: string;
  /** Ids that it had before: its history and its open waits follow, and its webhook is heard there too. */
  readonly formerly: readonly string[];
  /** Requests per second that the channel's webhook takes before 429; providers that never repeat one are not held to it. */
  readonly rate: number;
  /** Whether all numbers of its clients are proven: the provider tells them, and nobody types them. */
  readonly provesPhones: boolean;
}

/** The same as keys of otklik.yaml. */
export const channelBase = {
  id: idField('Short name of the channel: part of its webhook’s address and the label in metrics.', 'site'),
  formerly: z.array(idField('An id that this channel had before.', 'shop')).default([]).meta({
    description:
      'Ids that this channel had before: its history and its open waits follow, and what is sent to the old address arrives.',
  }),
  name: textField('Name as colleagues see it. Default: the id.', 'Чат на сайте').optional(),
  owner: nameField('Id of the one person who answers for this channel.', 'anna'),
  deputies: z
    .array(nameField('Id of a person.', 'boris'))
    .default([])
    .meta({ description: 'Who stands in for the owner, in order.' }),
  duty: z
    .array(
      z
        .strictObject({
          who: z
            .union([
              nameField('Id of a person.', 'boris'),
              z.array(nameField('Id of a person.', 'boris')).min(1),
            ])
            .meta({
              description: 'Who has the shift; several take turns, a week each.',
              examples: ['boris'],
            }),
          hours: hoursField(
            'Days ( mon-fri,  mon,wed ) and their hours, in the company’s time zone. Default: around the clock.',
          ).optional(),
          since: dateField(
            'A day of the first week of the first of  who ; needed when they take turns. Weeks begin on Mondays.',
          ).optional(),
          handover: timeField(
            'At which time of Monday the week turns over. Default: when the shift that began on Sunday ends, or 00:00.',
            '09:00',
          ).optional(),
        })
        .meta({ description: 'While a shift is on, who has it stands in the owner’s place.' }),
    )
    .default([])
    .meta({ description: 'The rota. Outside its shifts the owner answers.' }),
  head: nameField(
    'Id of the head. Default: the one person with the role head, when there is exactly one.',
    'vera',
  ).optional(),
  accounts: z
    .record(
      z.string(),
      z
        .union([
          textField('What the channel knows the person by.', '101'),
          z.array(textField('What the channel knows the person by.', '101')).min(1),
        ])
        .meta({ description: 'One account or several.', examples: ['101'] }),
    )
    .default({})
    .meta({
      description:
        'By the id of a person: what this channel knows them by, in quotes (extension or user at an exchange, admin’s id at VK, agent’s id at Jivo). The first extension is the one that a call back rings.',
      examples: [{ anna: '101', boris: ['102', 'ivanov'] }],
    }),
  enforce_from: sinceField(
    'Since when clients of this channel are watched: a date (midnight in the company’s time zone) or a moment. Who waited before is shown as history, pings nobody and counts nowhere. Default: the company’s; else the moment at which the channel first stood in otklik.yaml.',
  ).optional(),
  policy: nameField('Name of a policy. Default: default.', 'default').default('default'),
  rate: numberField(
    'Webhook requests per second; above it the answer is 429, unless the provider never repeats a request. Default 200.',
    200,
    100_000,
  ).default(200),
};
