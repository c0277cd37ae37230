import type { Call } from './methods.ts';
import { isObject } from './params.ts';
import { Refusal } from './refusal.ts';

/** https://core.telegram.org/bots/api#setmycommands */
export function setMyCommands({ bot, params }: Call): true {
  const commands = params.list('commands');
  params.object('scope');
  params.text('language_code');
  if (commands === null || commands.length > 100)
    throw Refusal.malformed('1-100 bot commands must be specified');
  bot.commands = commands.map(readCommand);
  bot.telegram.changes.happened();
  return true;
}

function readCommand(command: unknown): { command: string; description: string } {
  const { command: name, description } = isObject(command) ? command : {};
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,32}$/.test(name))
    throw Refusal.malformed('BOT_COMMAND_INVALID');
  if (typeof description === 'string' && description.length >= 1 && description.length <= 256) {
    return { command: name, description };
  }
  throw Refusal.malformed('BOT_COMMAND_DESCRIPTION_INVALID');
}
