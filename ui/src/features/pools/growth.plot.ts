import { dot, line, ruleY, type PlotOptions } from '@observablehq/plot';
import type { PoolDetailAnswer } from '#features/pools/http/pools.schema.ts';
import type { Look } from '../../components/chart.tsx';

type Size = PoolDetailAnswer['growth'][number];

export function draw(growth: readonly Size[], { width, isDark }: Look): PlotOptions {
  const stroke = isDark ? '#7cc4cb' : '#1f5f66';
  return {
    width,
    height: 170,
    marginLeft: 40,
    marginBottom: 34,
    x: { label: 'batch →', ticks: growth.map(({ version }) => version), tickFormat: 'd' },
    y: { label: '↑ intents', zero: true, nice: true, grid: true, ticks: 4 },
    style: { fontSize: '12px', background: 'transparent' },
    marks: [
      ruleY([0], { strokeOpacity: 0.3 }),
      line(growth, { x: 'version', y: 'size', stroke, strokeWidth: 2, curve: 'step-after' }),
      dot(growth, {
        x: 'version',
        y: 'size',
        fill: stroke,
        r: 3.5,
        title: ({ version, size, retired }: Size) => `batch ${version}: ${size} intents, ${retired} retired`,
        tip: true,
      }),
    ],
  };
}
