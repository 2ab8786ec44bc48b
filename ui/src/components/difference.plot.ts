import { axisY, dot, ruleX, tickX, type PlotOptions } from '@observablehq/plot';
import { armText } from './arm-label.tsx';
import type { Look } from './chart.tsx';
import { difference } from '../lib/format.ts';
import type { PairedDifference } from '../lib/paired-differences.ts';
import { seedName } from '../lib/seed-names.ts';

export interface DifferenceData {
  readonly arms: readonly { readonly arm: string; readonly mean: number }[];
  readonly differences: readonly PairedDifference[];
  readonly metric: string;
  readonly baseline: string;
}

/** One dot a seed, the mean as a bar; right of zero the arm is above its baseline. */
export function draw({ arms, differences, metric, baseline }: DifferenceData, { width, isDark }: Look): PlotOptions {
  const isNarrow = width < 560;
  const toneOf = (value: number): string =>
    value < 0 ? (isDark ? '#f0a066' : '#b04a00') : isDark ? '#7db9f0' : '#0b5fa5';
  return {
    width,
    height: arms.length * 36 + 74,
    marginLeft: isNarrow ? 130 : Math.min(370, width * 0.42),
    marginRight: 36,
    marginTop: 48,
    marginBottom: 8,
    x: {
      axis: 'top',
      label: `${metric} minus ${baseline} →`,
      labelAnchor: 'right',
      labelOffset: 42,
      tickFormat: (value: number) => (value === 0 ? '0' : difference(value, 3)),
      grid: true,
      nice: true,
      ticks: isNarrow ? 3 : 6,
    },
    y: { domain: arms.map(({ arm }) => arm), label: null },
    style: { fontSize: '12.5px', background: 'transparent' },
    marks: [
      axisY({ tickFormat: armText, tickSize: 0, lineWidth: isNarrow ? 10 : 32 }),
      ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.7 }),
      tickX(arms, {
        x: 'mean',
        y: 'arm',
        stroke: ({ mean }: { mean: number }) => toneOf(mean),
        strokeWidth: 3,
        insetTop: 5,
        insetBottom: 5,
      }),
      dot(differences, {
        x: 'difference',
        y: 'arm',
        r: 4,
        fill: ({ difference: value }: PairedDifference) => toneOf(value),
        fillOpacity: 0.6,
        ariaLabel: ({ arm, seeds, difference: value }: PairedDifference) =>
          `${armText(arm)}, ${seedName(seeds)}: ${difference(value)}`,
        href: ({ trial }: PairedDifference) => `/trials/${trial}`,
        title: ({ seeds, difference: value }: PairedDifference) => `${seedName(seeds)}: ${difference(value)}`,
        tip: true,
      }),
    ],
  };
}
