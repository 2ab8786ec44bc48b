import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: petrol, readable on white (5.9 : 1 at shade 7) and on the dark ground (shade 3). */
const petrol: MantineColorsTuple = [
  '#eef8f8',
  '#dcecee',
  '#b5d9dc',
  '#8bc4ca',
  '#68b2b9',
  '#3f959e',
  '#2a7d86',
  '#1f5f66',
  '#174b51',
  '#0c3338',
];

/** Warm greys: paper, not metal. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f3f2ef',
  '#e8e6e1',
  '#d8d5ce',
  '#bcb8af',
  '#928d83',
  '#6b675f',
  '#504d46',
  '#35332e',
  '#1f1e1b',
];

const dark: MantineColorsTuple = [
  '#dcdad5',
  '#b3b0a9',
  '#9b988f',
  '#6b6962',
  '#3b3a36',
  '#2e2d2a',
  '#242320',
  '#1a1917',
  '#141312',
  '#0e0d0c',
];

const FONT =
  "'Inter Variable', Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark },
  white: '#ffffff',
  black: '#1f1e1b',
  fontFamily: FONT,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.35' },
  spacing: { xs: '6px', sm: '10px', md: '16px', lg: '24px', xl: '36px' },
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  headings: {
    fontFamily: FONT,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '24px', lineHeight: '1.25' },
      h2: { fontSize: '17px', lineHeight: '1.35' },
      h3: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
});
