import { dirname, isAbsolute, join } from 'node:path';
import type { EpochMs } from '@otklik/domain';
import type { Path, Report } from './fault.ts';
import { pathKey } from './parseYaml.ts';

/** What a config reads besides its own text. `readFile` throws when there is no such file. `now`: else the clock's. */
export interface ConfigDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  readonly now?: EpochMs;
}

/** The same rule for editors, as a JSON Schema pattern. */
export const REFERENCE_PATTERN = '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$';

export interface Resolved {
  readonly value: unknown;
  /** Paths (as `pathKey`) whose text came from outside, with the reference as written: such a text is never shown. */
  readonly references: ReadonlyMap<string, string>;
  /** Paths whose reference led nowhere: already reported, so nothing else is to be said of them. */
  readonly unresolved: ReadonlySet<string>;
}

/** Replaces every `env:NAME` and `file:PATH` (relative to the config file) by the text that it names. */
export function resolveReferences(
  value: unknown,
  fileName: string,
  deps: ConfigDeps,
  report: Report,
): Resolved {
  const references = new Map<string, string>();
  const unresolved = new Set<string>();
  const resolveText = (text: string, path: Path): string => {
    const found = lookUp(text, fileName, deps);
    if (found === null) return text;
    references.set(pathKey(path), text);
    if ('text' in found) return found.text;
    report(path, found.problem, found.remedy);
    unresolved.add(pathKey(path));
    return text;
  };
  const resolve = (part: unknown, path: Path): unknown => {
    if (typeof part === 'string') return resolveText(part, path);
    if (Array.isArray(part)) return part.map((item, index) => resolve(item, [...path, index]));
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, item]) => [key, resolve(item, [...path, key])]),
    );
  };
  return { value: resolve(value, []), references, unresolved };
}

type Found = { readonly text: string } | { readonly problem: string; readonly remedy: string };

function lookUp(text: string, fileName: string, deps: ConfigDeps): Found | null {
  if (text.startsWith('env:')) return fromEnvironment(text.slice('env:'.length), deps);
  if (text.startsWith('file:')) return fromFile(text.slice('file:'.length), fileName, deps);
  return null;
}

function fromEnvironment(name: string, deps: ConfigDeps): Found {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return {
      problem: `"env:${name}" names no environment variable`,
      remedy: 'Write  env:NAME  without spaces',
    };
  }
  const text = Object.hasOwn(deps.env, name) ? deps.env[name] : undefined;
  if (text === undefined) {
    return { problem: `environment variable ${name} is not set`, remedy: `Set ${name} before the start` };
  }
  if (text.trim() === '') {
    return { problem: `environment variable ${name} is empty`, remedy: `Give ${name} a value` };
  }
  return { text };
}

function fromFile(path: string, fileName: string, deps: ConfigDeps): Found {
  if (path.trim() === '') return { problem: '"file:" names no file', remedy: 'Write  file:PATH' };
  const remedy = 'Write a path relative to the config file, and let the process read it';
  try {
    const text = deps
      .readFile(isAbsolute(path) ? path : join(dirname(fileName), path))
      .replace(/[\r\n]+$/, '');
    if (text.trim() === '') return { problem: `file ${path} is empty`, remedy: 'Put the value into it' };
    return { text };
  } catch (error) {
    return { problem: `file ${path} can't be read (${errorCode(error)})`, remedy };
  }
}

/** `ENOENT` and the like: a system error's message repeats the absolute path, its code does not. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
