import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Bluer than Mantine's own, so that stage colours stand out. */
const dark: MantineColorsTuple = [
  '#e6e8ee',
  '#c3c7d2',
  '#9ba1b0',
  '#6c7383',
  '#424857',
  '#2f3441',
  '#232733',
  '#1a1d26',
  '#12141b',
  '#0c0e13',
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  colors: { dark },
});
