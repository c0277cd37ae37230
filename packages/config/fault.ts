/** Where in the document: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** One thing wrong with otklik.yaml (or worth knowing about it), where, and what to write instead. No secret is ever in it. */
export interface ConfigFault {
  /** The file as the caller named it. */
  readonly file: string;
  /** Counted from 1, as is `column`. */
  readonly line: number;
  readonly column: number;
  /** `channels.0.owner`; empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to do: a full sentence without the stop, or empty. */
  readonly remedy: string;
}

/** Notes one fault at a path. `at: 'key'` points at the key, not at its value. */
export type Report = (path: Path, message: string, remedy: string, at?: 'key' | 'value') => void;

/** One line for a person: `otklik.yaml:12:5  channel "site" has no owner. Write  owner: <id of a person>  (anna, boris)`. */
export function formatFault(fault: ConfigFault): string {
  const remedy = fault.remedy === '' ? '' : `. ${fault.remedy}`;
  return `${fault.file}:${fault.line}:${fault.column}  ${fault.message}${remedy}`;
}
