import { DAY, PERSONAL_TRANSPORTS } from '@otklik/domain';
import { z } from 'zod';
import { baseUrlField, emailField, urlField } from './addressFields.ts';
import { cadenceSchema } from './cadenceSchema.ts';
import type { ChannelEntry } from './configKind.ts';
import { countryField, ID_PATTERN, idField, numberField, textField } from './fields.ts';
import { policySchema } from './policySchema.ts';
import { reachField } from './reach.ts';
import { botTokenField, smtpField, TELEGRAM_API, webhookSecretField } from './secretFields.ts';
import {
  awayField,
  DATE_PATTERN,
  durationField,
  hoursField,
  quietField,
  sinceField,
  timezoneField,
} from './timeFields.ts';

/*
 * otklik.yaml as a schema: each entry by itself. What ties entries together (names, chains, defaults) is checked after it,
 * in people.ts, policies.ts, channels.ts. Descriptions and examples show in editors, and the examples in the remedies of faults.
 */

const locale = z.enum(['ru', 'en']);

export const personSchema = z
  .strictObject({
    id: idField('Short name, by which channels name this person.', 'anna'),
    name: textField('Name as colleagues see it.', 'Анна Петрова'),
    role: z.enum(['owner', 'head']).default('owner').meta({
      description:
        'owner answers for channels; head is asked when the owner and the deputies did not answer.',
    }),
    telegram: numberField(
      'Telegram user id (a number, not the @name), for pings.',
      100001,
      Number.MAX_SAFE_INTEGER,
    ).optional(),
    email: emailField('Address for pings by e-mail.').optional(),
    locale: locale
      .meta({ description: 'Language of this person’s pings and board. Default: the company’s.' })
      .optional(),
    timezone: timezoneField('This person’s time zone. Default: the company’s.').optional(),
    away: z
      .array(awayField('One day, or from..to with both days included.'))
      .default([])
      .meta({ description: 'Absences, in the person’s own time zone. Meanwhile the deputies are asked.' }),
    quiet: quietField(
      'Hours in which this person is not disturbed as deputy or head, from-to; what came meanwhile is told in one digest. Whoever answers for a wait is never quiet.',
    ).optional(),
    reach: reachField(
      'By what to reach this person, first to last: what refuses a ping for good, or does not take it for long, is followed by the next. Default: the company’s.',
    ).optional(),
  })
  .meta({ description: 'A person who answers clients, or the head.' });

export const calendarSchema = z
  .strictObject({
    country: countryField(
      'Country whose public holidays, eves and moved days count. RU is known.',
    ).optional(),
    hours: hoursField(
      'Days ( mon-fri,  mon,wed ) and their working hours. A day that is left out is a day off.',
    ).optional(),
    days: z
      .record(
        z.string().regex(new RegExp(DATE_PATTERN)),
        z.enum(['off', 'short', 'working', 'working-short']),
      )
      .optional()
      .meta({
        description:
          'Dates that differ: a day off, a day that ends an hour earlier, a day off that is worked by Monday’s hours, or by those and an hour less ( working-short ). Stronger than the country’s.',
        examples: [{ '2027-12-30': 'off', '2027-01-09': 'working', '2027-05-08': 'working-short' }],
      }),
  })
  .meta({
    description:
      'The company’s working time: waits outside it are marked. Without it no wait is after hours.',
  });

const notifySchema = z
  .strictObject({
    telegram: z
      .strictObject({
        token: botTokenField('Token of the bot that pings people, from @BotFather.', 'env:OTKLIK_BOT_TOKEN'),
        api_root: baseUrlField('Address of the Bot API server.', TELEGRAM_API).default(TELEGRAM_API),
      })
      .optional()
      .meta({ description: 'Pings by a Telegram bot.' }),
    email: z
      .strictObject({
        smtp: smtpField('The mail server: smtp:// or smtps://, with user and password.', 'env:SMTP_URL'),
        from: textField('The sender as people see it.', 'Отклик <otklik@example.ru>'),
      })
      .optional()
      .meta({ description: 'Pings by e-mail.' }),
    webhook: z
      .strictObject({
        url: urlField('Where to POST every notice.', 'https://example.ru/hook'),
        secret: webhookSecretField(
          'Key of the signature (Standard Webhooks): whsec_ + base64.',
          'env:NOTIFY_SECRET',
        ),
      })
      .optional()
      .meta({ description: 'Every notice as a signed webhook to a system of yours.' }),
  })
  .meta({ description: 'The ways by which pings reach people.' });

const privacySchema = z
  .strictObject({
    text: z.enum(['none', 'preview', 'full']).default('preview').meta({
      description: 'How much of a client’s words is kept: nothing, the first 120 characters, everything.',
    }),
    keep_text: durationField('How long the words are kept. Default 90d.', '90d').default(90 * DAY),
    keep_events: durationField('How long events are kept. Default 2y.', '2y').default(730 * DAY),
  })
  .meta({ description: 'What of clients’ data is kept, and for how long.' });

const sessionSchema = z
  .strictObject({
    idle: durationField('A session that nobody used for so long ends. Default 14d.', '14d').default(14 * DAY),
    max: durationField('No session lasts longer. Default 90d.', '90d').default(90 * DAY),
  })
  .meta({ description: 'How long whoever signed in to the board stays signed in.' });

export const policiesSchema = z
  .record(z.string().regex(new RegExp(ID_PATTERN)), policySchema)
  .default({})
  .meta({ description: 'How fast, and who is pinged when. The policy  default  always exists.' });

/** The whole file, with channels of these kinds. */
export const configFileSchema = (channelSchema: z.ZodType<ChannelEntry>) =>
  z
    .strictObject({
      version: z.literal(1).meta({ description: 'Version of this format.', examples: [1] }),
      locale: locale
        .default('ru')
        .meta({ description: 'Language of pings, board and reports. People may have their own.' }),
      timezone: timezoneField('The company’s time zone. Default Europe/Moscow.').default('Europe/Moscow'),
      public_url: baseUrlField(
        'Where clients’ providers and colleagues reach Otklik from outside.',
        'https://otklik.example.ru',
      ).optional(),
      calendar: calendarSchema.optional(),
      people: z
        .array(personSchema)
        .min(1)
        .meta({ description: 'Everybody who answers clients, and the heads.' }),
      enforce_from: sinceField(
        'Since when clients are watched: a date (midnight in the company’s time zone) or a moment; a channel may have its own. Who waited before is shown as history, pings nobody and counts nowhere. Default: the moment at which each channel first stood in otklik.yaml.',
      ).optional(),
      policies: policiesSchema,
      channels: z
        .array(channelSchema)
        .min(1)
        .meta({ description: 'Every place where a client can reach the company.' }),
      notify: notifySchema.optional(),
      reach: reachField(
        'By what to reach people who have no  reach  of their own. Default: telegram, then email.',
      ).default([...PERSONAL_TRANSPORTS]),
      cadence: cadenceSchema.optional(),
      privacy: privacySchema.prefault({}),
      session: sessionSchema.prefault({}),
    })
    .meta({ title: 'otklik.yaml', description: 'Configuration of Otklik.' });

export type PersonEntry = z.output<typeof personSchema>;
export type CalendarEntry = z.output<typeof calendarSchema>;
export type ConfigFile = z.output<ReturnType<typeof configFileSchema>>;
