import { z } from 'zod';
import { baseUrlField } from './addressFields.ts';
import { idField, nameField, numberField, textField } from './fields.ts';
import { botTokenField, telegramSecretField, webhookSecretField } from './secretFields.ts';
import { dateField, hoursField } from './timeFields.ts';

export const TELEGRAM_API = 'https://api.telegram.org';

const channelBase = {
  id: idField('Short name of the channel: part of its webhook’s address and the label in metrics.', 'site'),
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
        })
        .meta({ description: 'While a shift is on, who has it stands in the owner’s place.' }),
    )
    .default([])
    .meta({ description: 'The rota. Outside its shifts the owner answers.' }),
  head: nameField(
    'Id of the head. Default: the one person with the role head, when there is exactly one.',
    'vera',
  ).optional(),
  policy: nameField('Name of a policy. Default: default.', 'default').default('default'),
  rate: numberField(
    'Webhook requests per second; above it the answer is 429. Default 200.',
    200,
    100_000,
  ).default(200),
};

const webhookChannel = z
  .strictObject({
    kind: z.literal('webhook').meta({ description: 'Events come by POST /hooks/{id}.' }),
    ...channelBase,
    secret: webhookSecretField(
      'whsec_ + base64 of 24 to 64 bytes for signatures (Standard Webhooks); any text of 16 characters and more for Authorization: Bearer.',
      'env:SITE_SECRET',
    ),
  })
  .meta({ description: 'Your own scripts and sites: signed events by HTTP.' });

const telegramChannel = z
  .strictObject({
    kind: z.literal('telegram').meta({ description: 'A Telegram bot to which clients write.' }),
    ...channelBase,
    token: botTokenField('The bot’s token, from @BotFather.', 'env:TELEGRAM_TOKEN'),
    api_root: baseUrlField('Address of the Bot API server.', TELEGRAM_API).default(TELEGRAM_API),
    receive: z.enum(['polling', 'webhook']).default('polling').meta({
      description:
        'polling asks Telegram for updates; webhook lets Telegram call, and needs public_url and secret.',
    }),
    secret: telegramSecretField(
      'What Telegram sends back as X-Telegram-Bot-Api-Secret-Token. Needed for  receive: webhook.',
      'env:TELEGRAM_WEBHOOK_SECRET',
    ).optional(),
  })
  .meta({ description: 'A Telegram bot, private chats.' });

/** What every kind has, also of a channel whose kind is unknown. */
export const channelBaseSchema = z.looseObject(channelBase);

export const channelSchema = z
  .discriminatedUnion('kind', [webhookChannel, telegramChannel])
  .meta({ description: 'One channel of presence and who answers for it.' });

export type ChannelEntry = z.output<typeof channelSchema>;
