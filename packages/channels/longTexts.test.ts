import assert from 'node:assert/strict';
import { HOSTILE, isLinear } from '@otklik/testing';
import { describe, it } from 'vitest';
import { loggable } from './callBack.ts';
import { mayBeReport, readReport } from './email/deliveryReport.ts';
import { messageIdOf, referencesOf } from './email/messageIds.ts';
import { isRobot } from './email/people.ts';
import { mailOf } from './email/testing/mails.ts';
import { ownWords, wordsOfHtml } from './email/words.ts';
import { startOf } from './phone/megafon/call.ts';
import { isAutoReply } from './provider/autoReply.ts';
import { bareUrl } from './provider/bareUrl.ts';
import { greetingName } from './provider/greetings.ts';

const mailFrom = (text: string) =>
  mailOf({ subject: text, from: { address: text, name: text } }, { 'x-failed-recipients': text });

/** tests/regularExpressions.test.ts checks each pattern by itself. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  bareUrl,
  greetingName,
  isAutoReply: (text) => isAutoReply(text, ['Здравствуйте!']),
  isRobot,
  loggable: (text) => loggable({ ru: text, en: text }),
  messageIdOf,
  ownWords,
  mayBeReport: (text) => mayBeReport(mailFrom(text), []),
  readReport: (text) => readReport(mailFrom(text), { status: [text], returned: [text], text }),
  referencesOf,
  startOf: (text) => startOf(text, 'Europe/Moscow'),
  wordsOfHtml,
};

describe('a text of 100,000 characters is read in linear time by', () => {
  for (const [name, read] of Object.entries(READERS))
    it(name, () => {
      assert.deepEqual(
        HOSTILE.filter((piece) => !isLinear(read, piece)),
        [],
      );
    });
});
