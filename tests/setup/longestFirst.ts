import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of a minute or more, longest first. They start first, so that two workers end together. */
const LONGEST = [
  'tests/faults/kills.test.ts',
  'tests/month/month.test.ts',
  'services/board/web/board.test.ts',
  'packages/queue/queue.test.ts',
  'tests/e2e/quiet.test.ts',
  'tests/e2e/channelDown.test.ts',
];

/** vitest's own order (by the last run's times), with the long files first. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONGEST.findIndex((file) => moduleId.endsWith(file));
      return rank === -1 ? LONGEST.length : rank;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
