import { useMediaQuery } from '@mantine/hooks';

/** Whether the page has room for lanes and rail side by side; the styles switch at the same width. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
}
