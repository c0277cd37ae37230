import { parseArgs } from 'node:util';
import { createToken, listAccesses, printSignInLink, revokeAccesses } from './access.ts';
import {
  CHECK_USAGE,
  checkChannels,
  LINK_USAGE,
  linkChannel,
  READ_AGAIN_USAGE,
  readChannelsAgain,
  TEST_USAGE,
  tryChannel,
} from './channel.ts';
import { checkConfig, printSchema, printYear } from './config.ts';
import { DOCTOR_USAGE, doctor } from './doctor.ts';
import { checkReach, PEOPLE_CHECK_USAGE } from './people.ts';
import { migrateOnly, run } from './run.ts';
import { SIMULATE_USAGE, simulatePolicy } from './simulate.ts';

/** `npm run otklik -- COMMAND` */
interface Command {
  readonly usage: string;
  readonly does: string;
  run(args: string[]): Promise<number>;
}

const SERVICES = ['ingest', 'engine', 'notifier', 'board'] as const;

const COMMANDS: Record<string, Command> = {
  start: {
    usage: 'start [--demo]',
    does: 'everything in one process (npm start); without an otklik.yaml, or with --demo, a demo with simulated clients',
    run: async (args) => {
      const { values } = parseArgs({ args, options: { demo: { type: 'boolean' } } });
      return run({ services: SERVICES, demo: values.demo ? 'always' : 'without config' });
    },
  },
  run: {
    usage: `run ${SERVICES.join('|')}`,
    does: 'one service, as a container does',
    run: (args) => {
      const service = SERVICES.find((name) => name === args[0]);
      if (!service) return refuse(`run wants one of ${SERVICES.join(', ')}`);
      return run({ services: [service], demo: 'never' });
    },
  },
  'config check': {
    usage: 'config check [FILE]',
    does: 'checks otklik.yaml and prints what would run',
    run: (args) => checkConfig(args[0]),
  },
  'config schema': {
    usage: 'config schema',
    does: 'prints the JSON Schema of otklik.yaml, for editors',
    run: printSchema,
  },
  calendar: {
    usage: 'calendar [YEAR]',
    does: 'the working days of this year or another by otklik.yaml: holidays, shorter days, days that were moved',
    run: (args) => printYear(args[0]),
  },
  'channel check': {
    usage: CHECK_USAGE,
    does: 'asks the provider what a channel (or each) sees and what it does not, and says what of it was kept aside',
    run: (args) => checkChannels(args[0]),
  },
  'channel test': {
    usage: TEST_USAGE,
    does: 'sends an event as the provider would through the running program, and shows step by step what became of it',
    run: (args) => tryChannel(args[0]),
  },
  'channel read-again': {
    usage: READ_AGAIN_USAGE,
    does: 'has the running program read again what was not understood and kept aside, as after an upgrade it may be',
    run: (args) => readChannelsAgain(args[0]),
  },
  'channel link': {
    usage: LINK_USAGE,
    does: 'shows the QR code (or a code to type) that links the account of a channel, until it is linked',
    run: linkChannel,
  },
  'people check': {
    usage: PEOPLE_CHECK_USAGE,
    does: 'sends everybody (or one person) a test message by each of their transports, and says what came of it',
    run: (args) => checkReach(args[0]),
  },
  doctor: {
    usage: DOCTOR_USAGE,
    does: 'says whether everything is there that is needed (config, database, queue, bot, mail, people), and what to do; tells nobody anything',
    run: doctor,
  },
  migrate: { usage: 'migrate', does: 'brings the database up to date (start does it too)', run: migrateOnly },
  'policy simulate': {
    usage: SIMULATE_USAGE,
    does: 'what another policy would have done on the recorded history: breaches and pings, three columns. FILE is YAML\n      with the fields of one policy (for every channel) or `policies:` by name. DATE is a day in the company’s time zone\n      or an ISO instant; --to is not included. Changes nothing',
    run: simulatePolicy,
  },
  'token create': {
    usage: 'token create --role admin|head|owner|ops [--person ID] [--name TEXT]',
    does: 'prints a bearer token for the API; it is shown once',
    run: (args) => {
      const { values } = parseArgs({
        args,
        options: { role: { type: 'string' }, person: { type: 'string' }, name: { type: 'string' } },
      });
      return createToken(values);
    },
  },
  'token list': {
    usage: 'token list',
    does: 'the bearer tokens that work: their ids, whose they are, when they were last used. The tokens themselves are kept nowhere',
    run: (args) => {
      parseArgs({ args, options: {} });
      return listAccesses('token', undefined);
    },
  },
  'token revoke': {
    usage: 'token revoke ID',
    does: 'ends a token of `token list` at once, its open streams with it',
    run: (args) => {
      const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
      if (positionals.length > 1) return refuse('token revoke wants one ID');
      return revokeAccesses('token', positionals[0], undefined);
    },
  },
  'session list': {
    usage: 'session list [--person ID]',
    does: 'who is signed in to the board, and until when',
    run: (args) => {
      const { values } = parseArgs({ args, options: { person: { type: 'string' } } });
      return listAccesses('session', values.person);
    },
  },
  'session revoke': {
    usage: 'session revoke ID|--person ID',
    does: 'signs a browser out at once, or all of a person',
    run: (args) => {
      const { values, positionals } = parseArgs({
        args,
        allowPositionals: true,
        options: { person: { type: 'string' } },
      });
      if (positionals.length > 1) return refuse('session revoke wants one ID');
      return revokeAccesses('session', positionals[0], values.person);
    },
  },
  'sign-in': {
    usage: 'sign-in [--role admin|head|owner|ops] [--person ID]',
    does: 'prints a one-time link that signs a browser in: as that person, with their role, or as an admin without --person',
    run: (args) => {
      const { values } = parseArgs({
        args,
        options: { role: { type: 'string' }, person: { type: 'string' } },
      });
      return printSignInLink(values);
    },
  },
};

async function main(args: string[]): Promise<number> {
  const two = `${args[0]} ${args[1]}`;
  const name = two in COMMANDS ? two : (args[0] ?? '');
  const rest = args.slice(name.split(' ').length);
  const command = COMMANDS[name];
  if (!command)
    return help(args[0] === undefined || args[0] === '--help' || args[0] === 'help' ? null : args.join(' '));
  if (rest.includes('--help')) {
    console.log(`npm run otklik -- ${command.usage}\n\n${command.does}`);
    return 0;
  }
  return command.run(rest);
}

async function help(unknown: string | null): Promise<number> {
  const lines = Object.values(COMMANDS).map(({ usage, does }) => `  ${usage}\n      ${does}`);
  (unknown === null ? console.log : console.error)(
    `${unknown === null ? '' : `There is no command "${unknown}".\n\n`}npm run otklik -- COMMAND\n\n${lines.join('\n')}`,
  );
  return unknown === null ? 0 : 2;
}

async function refuse(why: string): Promise<number> {
  console.error(why);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(
    isUsage || !(error instanceof Error)
      ? String((error as Error).message ?? error)
      : process.env.LOG_LEVEL === 'debug'
        ? error.stack
        : error.message,
  );
  process.exitCode = 1;
}
