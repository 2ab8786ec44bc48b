import { barY, ruleY, type PlotOptions } from '@observablehq/plot';
import type { SpendAnswer } from '#features/calls/http/calls.schema.ts';
import { armColors } from '../../components/arm-colors.ts';
import type { Look } from '../../components/chart.tsx';
import { count, money } from '../../lib/format.ts';

type Day = SpendAnswer['days'][number];

export function draw(days: readonly Day[], { width, isDark }: Look): PlotOptions {
  return {
    width,
    height: 190,
    marginLeft: 56,
    marginBottom: 30,
    x: { label: null, tickSize: 0 },
    y: { label: '↑ calls', grid: true, nice: true, ticks: 4, tickFormat: count },
    color: { range: [...armColors(isDark)], legend: true },
    style: { fontSize: '12px', background: 'transparent' },
    marks: [
      barY(days, {
        x: 'day',
        y: 'calls',
        fill: 'model',
        title: ({ day, model, calls, usd }: Day) => `${day}\n${model}: ${count(calls)} calls, ${money(usd)}`,
        tip: true,
      }),
      ruleY([0], { strokeOpacity: 0.4 }),
    ],
  };
}
