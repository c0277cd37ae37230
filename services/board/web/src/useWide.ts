import { useMediaQuery } from '@mantine/hooks';

/** Lanes and rail fit side by side; the styles switch at the same width. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
}
