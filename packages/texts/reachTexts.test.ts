import assert from 'node:assert/strict';
import { test } from 'vitest';
import { checked } from './reachTexts.ts';

test('what became of a test message names the reason in the language of the rest', () => {
  const { ru, en } = checked(
    'telegram',
    'refused',
    'sendMessage: 403 Forbidden: bot was blocked by the user',
  );
  assert.match(ru, /^Telegram: не доходит \(бот заблокирован\)\. Пусть напишет боту/);
  assert.match(en, /^Telegram: it does not get through \(the bot is blocked\)\. They should/);
  assert.match(checked('email', 'closed', 'Invalid login: 535 no').ru, /^Почта: .*\(логин или пароль/);
});

test('where the reason is not known, or all is well, there is none', () => {
  assert.equal(checked('email', 'sent', null).ru, 'Почта: дошло.');
  assert.match(checked('email', 'refused', 'odd').ru, /^Почта: не доходит\. Проверьте адрес/);
  assert.match(checked(null, 'no_way', null).en, /^There is nothing to reach them by/);
});
