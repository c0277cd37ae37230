import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more: begun first, so that two workers end together. The longest first. */
const LONGEST = [
  'tests/faults/kills.test.ts',
  'tests/month/month.test.ts',
  'services/board/web/board.test.ts',
  'packages/queue/queue.test.ts',
  'tests/e2e/quiet.test.ts',
  'tests/e2e/channelDown.test.ts',
];

/** vitest's own order, which goes by what the files took last time, with the known long ones before all others. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONGEST.findIndex((file) => moduleId.endsWith(file));
      return rank === -1 ? LONGEST.length : rank;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
