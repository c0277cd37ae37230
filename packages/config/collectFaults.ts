import type { ConfigFault, Path, Report } from './fault.ts';
import { pathKey, type YamlDocument } from './parseYaml.ts';

/** One fault per place and message, however many checks came upon it. */
export function noteIn(faults: ConfigFault[], yaml: Pick<YamlDocument, 'positionOf'>, file: string): Report {
  const noted = new Set<string>();
  return (path: Path, message, remedy, at = 'value') => {
    const key = `${pathKey(path)} ${message}`;
    if (noted.has(key)) return;
    noted.add(key);
    faults.push({ file, ...yaml.positionOf(path, at), path: path.join('.'), message, remedy });
  };
}

export function inOrder(faults: readonly ConfigFault[]): ConfigFault[] {
  return faults.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
