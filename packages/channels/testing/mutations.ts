import fc from 'fast-check';

/** Values are removed, or replaced by other types, empty or absurd ones; never by another plausible value. */
export function mutated(body: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(body);
  const mutation = fc.record({ path: fc.constantFrom(...paths), with: RUIN });
  return (
    fc
      // A second mutation could flip a boolean.
      .uniqueArray(mutation, { minLength: 1, maxLength: 3, selector: ({ path }) => JSON.stringify(path) })
      .map((mutations) =>
        mutations.reduce((now, { path, with: ruin }) => ruined(now, path, ruin), structuredClone(body)),
      )
  );
}

const GONE = Symbol('gone');

const RUIN: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(GONE),
  fc.constantFrom(null, '', {}, [], true, false, 0, 0.5, 1e308, '\u0000', '\ud800', 'x'.repeat(5_000)),
  fc.constantFrom(
    { __proto__: null, constructor: 1 },
    [[[[[]]]]],
    '<script>',
    "'; drop table waits; --",
    '../../etc',
  ),
);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

function ruined(value: unknown, path: Path, ruin: unknown): unknown {
  const [step, ...rest] = path;
  // The other boolean would be plausible.
  if (step === undefined) return typeof value === 'boolean' && typeof ruin === 'boolean' ? GONE : ruin;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return value;
  if (Array.isArray(value)) {
    const child = ruined(value[Number(step)], rest, ruin);
    return child === GONE ? value.toSpliced(Number(step), 1) : value.with(Number(step), child);
  }
  const child = ruined(Reflect.get(value, step), rest, ruin);
  const { [step]: _, ...others } = value as Record<string, unknown>;
  return child === GONE ? others : { ...others, [step]: child };
}
