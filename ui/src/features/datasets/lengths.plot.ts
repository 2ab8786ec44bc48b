import { barY, ruleY, type PlotOptions } from '@observablehq/plot';
import type { DatasetDetailAnswer } from '#features/datasets/http/datasets.schema.ts';
import type { Look } from '../../components/chart.tsx';
import { count } from '../../lib/format.ts';

type Bar = DatasetDetailAnswer['lengths'][number];

export function draw(lengths: readonly Bar[], { width, isDark }: Look): PlotOptions {
  return {
    width,
    height: 230,
    marginLeft: 56,
    marginBottom: 36,
    x: { label: 'items in the session →', tickSize: 0, padding: 0.25, interval: 1 },
    y: { label: '↑ sessions', grid: true, nice: true, ticks: 5, tickFormat: count },
    style: { fontSize: '12px', background: 'transparent' },
    marks: [
      barY(lengths, {
        x: 'length',
        y: 'sessions',
        fill: isDark ? '#7cc4cb' : '#1f5f66',
        rx: 2,
        title: ({ length, sessions }: Bar) => `${count(sessions)} sessions of ${length} items`,
        tip: true,
      }),
      ruleY([0], { strokeOpacity: 0.4 }),
    ],
  };
}
