const LIGHT = ['#1f5f66', '#b04a00', '#0b5fa5', '#8a5a00', '#8c4a7d', '#504d46', '#00704f', '#a3195b'] as const;
const DARK = ['#7cc4cb', '#f0a066', '#7db9f0', '#ecc062', '#d9a0cb', '#bdbab3', '#5cc9a2', '#f08bb4'] as const;

/** Eight, after Okabe and Ito, dark enough for lines on paper and light enough for a dark ground. */
export function armColors(isDark: boolean): readonly string[] {
  return isDark ? DARK : LIGHT;
}
