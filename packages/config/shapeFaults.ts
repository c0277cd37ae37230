import type { z } from 'zod';
import { schemaAt } from './configSchema.ts';
import type { Path, Report } from './fault.ts';
import { nearest } from './nearest.ts';
import { remedyFor } from './remedies.ts';
import { type Document, lookUp, nameOf, parentName } from './subjects.ts';

type Issue = z.core.$ZodIssue;

/** Says in a person's words what the schema found, and what to write instead. */
export function reportShape(issues: readonly Issue[], document: Document, report: Report): void {
  for (const issue of issues) reportIssue(issue, document, report);
}

function reportIssue(issue: Issue, document: Document, report: Report): void {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey([...path, key], document, report);
  } else if (issue.code === 'invalid_key') {
    reportBadKey(path, document, report);
  } else if (lookUp(document.value, path) == null) {
    reportMissing(issue, path, document, report);
  } else {
    const name = nameOf(path, document) || 'the file';
    report(path, `${name} ${problemOf(issue)}`, remedyOf(issue, path, document));
  }
}

function reportUnknownKey(path: Path, document: Document, report: Report): void {
  if (path.at(-1) === '<<') {
    const message = `${within(path, document)}merge keys ( << ) are not read`;
    report(path, message, 'Write the keys out', 'key');
    return;
  }
  const known = Object.keys(schemaAt(path.slice(0, -1), document)?.properties ?? {});
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  const question = meant === null ? '' : `Did you mean ${meant}? `;
  report(
    path,
    `${within(path, document)}unknown key "${key}"`,
    `${question}Known here: ${known.join(', ')}`,
    'key',
  );
}

function reportBadKey(path: Path, document: Document, report: Report): void {
  const { problem, remedy } = BAD_KEYS[String(path.at(-2))] ?? NO_POLICY;
  report(path, `${within(path, document)}"${String(path.at(-1))}" ${problem}`, remedy, 'key');
}

/** By the key under which it stands. */
const BAD_KEYS: Readonly<Record<string, { readonly problem: string; readonly remedy: string }>> = {
  hours: { problem: 'is no day of the week', remedy: 'Write days as  mon-fri  or  mon,wed' },
  days: { problem: 'is no date', remedy: 'Write dates as  "2027-01-11"' },
};
const NO_POLICY = { problem: 'is no name for a policy', remedy: 'Write 1 to 32 of a-z, 0-9, _ and -' };

/** Left out, or a key with nothing behind it. */
function reportMissing(issue: Issue, path: Path, document: Document, report: Report): void {
  const key = path.at(-1);
  const remedy = isKind(issue) ? `Write  kind: ${choices(issue, ' | ')}` : remedyFor(path, document);
  if (key === undefined) report(path, 'the file says nothing', remedy);
  else if (isOptional(path, document))
    report(path, `${nameOf(path, document)} is empty`, `${remedy}, or remove it`);
  else if (path.length === 1) report(path, `"${key}" is missing`, remedy);
  else report(path, `${parentName(path, document)} has no ${key}`, remedy);
}

function isOptional(path: Path, document: Document): boolean {
  const key = path.at(-1);
  const required = schemaAt(path.slice(0, -1), document)?.required ?? [];
  return typeof key === 'number' || !(required.includes(String(key)) || key === 'kind');
}

function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `is not ${choices(issue, ' or ')}`;
    case 'invalid_union':
      if (isKind(issue)) return `is no known kind (${choices(issue, ', ')})`;
      if (issue.message !== NO_WORDS) return issue.message;
      return issue.path.at(-2) === 'accounts'
        ? 'is neither a text nor a list of texts (a number goes in quotes)'
        : 'is neither an id nor a list of ids';
    case 'too_small':
      return issue.origin === 'array' ? 'is empty' : `is below ${issue.minimum}`;
    case 'too_big':
      return `is above ${issue.maximum}`;
    default:
      return 'is not understood';
  }
}

/** What zod says of a union that has no words of its own. */
const NO_WORDS = 'Invalid input';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};

function remedyOf(issue: Issue, path: Path, document: Document): string {
  const given: unknown = issue.code === 'custom' ? issue.params?.remedy : undefined;
  if (typeof given === 'string') return given;
  const written = lookUp(document.value, path);
  const known = knownValues(issue);
  const meant = typeof written === 'string' && !known.includes(written) ? nearest(written, known) : null;
  if (meant === null && isKind(issue)) return `Write  kind: ${known.join(' | ')}`;
  return meant === null ? remedyFor(path, document) : `Did you mean ${meant}?`;
}

/** Of the unions, the one that goes by `kind`; the others are one id or several, one account or several. */
const isKind = (issue: Issue): boolean => issue.code === 'invalid_union' && issue.path.at(-1) === 'kind';

function choices(issue: Issue, separator: string): string {
  return knownValues(issue).join(separator);
}

function knownValues(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : [];
}

/** `channel "site": ` before what is said of a key in it. */
function within(path: Path, document: Document): string {
  const parent = parentName(path, document);
  return parent === '' ? '' : `${parent}: `;
}
