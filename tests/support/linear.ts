const [SHORT, LONG] = [10_000, 100_000];
/** Ten times the length: linear takes ten times as long, quadratic a hundred. */
const MOST_TIMES = 40;
/** In ms. Below this the quotient says nothing. */
const LEAST = 2;

/**
 * Whether 100,000 characters made of `piece` take about ten times as long as 10,000. In CPU time of this thread, so
 * that a busy machine does not matter; a bad measurement is repeated twice.
 */
export function isLinear(read: (text: string) => unknown, piece: string): boolean {
  return TAILS.every((tail) => {
    const of = (length: number) => `a${piece.repeat(Math.ceil(length / piece.length))}${tail}`;
    return isTenfold(read, of(SHORT), of(LONG));
  });
}

/** An ending that does not match makes a pattern retry from each place. */
const TAILS = ['', '\n!'];

function isTenfold(read: (text: string) => unknown, short: string, long: string): boolean {
  const took = (text: string): number => {
    const { user, system } = process.threadCpuUsage();
    read(text);
    const after = process.threadCpuUsage();
    return (after.user - user + after.system - system) / 1_000;
  };
  for (let chance = 0; chance < 3; chance++)
    if (took(long) < Math.max(took(short), LEAST) * MOST_TIMES) return true;
  return false;
}

/** Repeated, these make a careless pattern or library slow. */
export const HOSTILE: readonly string[] = [
  ' ',
  '\n',
  '\r',
  ' \n',
  '\t ',
  'a',
  'а ',
  '1',
  '1 ',
  '+7(',
  '-',
  '.',
  '@',
  '<',
  '<a@',
  '<a href="',
  '&',
  '/',
  ';',
  '"',
  '"",',
  '[1]',
  're:',
  'on x wrote ',
  '23.11.2026 ',
  'message-id:\n ',
  'T1',
  'ё',
  '\u0301\u0323',
  'а\u0301',
  '\uff9e\u0301',
  '\u202e',
  '\ud800',
  '👍🏽',
  '👩‍👩‍👧',
  '🇷🇺',
];
