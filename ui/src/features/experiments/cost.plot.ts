import { dot, ruleY, text, type PlotOptions } from '@observablehq/plot';
import { armText } from '../../components/arm-label.tsx';
import type { Look } from '../../components/chart.tsx';
import { metric as metricText, number } from '../../lib/format.ts';

export interface CostPoint {
  readonly arm: string;
  readonly cost: number;
  readonly mean: number;
  readonly sd: number | null;
  /** No other arm is both cheaper and better. */
  readonly isUnbeaten: boolean;
}

export interface CostData {
  readonly points: readonly CostPoint[];
  readonly metric: string;
  readonly unit: string;
  readonly baseline: number | null;
}

/** What an arm costs against what it reaches; those that no other beats in both are filled and named. */
export function draw({ points, metric, unit, baseline }: CostData, { width, isDark }: Look): PlotOptions {
  const accent = isDark ? '#7cc4cb' : '#1f5f66';
  const unbeaten = points.filter(({ isUnbeaten }) => isUnbeaten);
  return {
    width,
    height: Math.max(320, Math.min(460, width * 0.5)),
    marginLeft: 56,
    marginRight: width > 700 ? 190 : 30,
    marginBottom: 44,
    marginTop: 24,
    x: { label: `${unit} →`, grid: true, nice: true, ticks: width < 560 ? 4 : 8 },
    y: { label: `↑ ${metric}`, grid: true, nice: true, tickFormat: (value: number) => metricText(value, 3) },
    style: { fontSize: '12.5px', background: 'transparent' },
    marks: [
      baseline === null
        ? null
        : ruleY([baseline], { stroke: 'currentColor', strokeDasharray: '3 4', strokeOpacity: 0.7 }),
      dot(points, {
        x: 'cost',
        y: 'mean',
        r: 6,
        stroke: accent,
        strokeWidth: 1.6,
        fill: ({ isUnbeaten }: CostPoint) => (isUnbeaten ? accent : 'transparent'),
        title: ({ arm, cost, mean, sd }: CostPoint) =>
          `${arm}\n${metric} ${metricText(mean)}${sd === null ? '' : ` ± ${metricText(sd)}`}\n${number(cost)} ${unit}`,
        tip: true,
      }),
      text(unbeaten, {
        x: 'cost',
        y: 'mean',
        text: ({ arm }: CostPoint) => armText(arm),
        textAnchor: 'start',
        dx: 11,
        fontSize: 12,
        lineWidth: 18,
        stroke: isDark ? '#1d1c1a' : '#ffffff',
        strokeWidth: 4,
        fill: 'currentColor',
      }),
    ],
  };
}
