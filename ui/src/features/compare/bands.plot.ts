import { areaY, dot, lineY, type PlotOptions } from '@observablehq/plot';
import { armText } from '../../components/arm-label.tsx';
import type { Look } from '../../components/chart.tsx';
import { armColors } from '../../components/arm-colors.ts';
import { metric as metricText, number } from '../../lib/format.ts';
import type { BandPoint } from './bands.ts';

export interface BandsData {
  readonly bands: readonly BandPoint[];
  readonly arms: readonly string[];
  readonly metric: string;
}

export function draw({ bands, arms, metric }: BandsData, { width, isDark }: Look): PlotOptions {
  return {
    width,
    height: Math.max(320, Math.min(460, width * 0.45)),
    marginLeft: 60,
    marginBottom: 40,
    marginTop: 34,
    x: { label: 'epoch →', tickFormat: 'd' },
    y: { label: `↑ ${metric}`, grid: true, nice: true, tickFormat: number },
    color: { domain: [...arms], range: [...armColors(isDark)], legend: true, tickFormat: armText },
    symbol: { domain: [...arms] },
    style: { fontSize: '12.5px', background: 'transparent' },
    marks: [
      areaY(bands, { x: 'epoch', y1: 'low', y2: 'high', fill: 'arm', z: 'arm', fillOpacity: 0.1 }),
      lineY(bands, { x: 'epoch', y: 'mean', stroke: 'arm', z: 'arm', strokeWidth: 2 }),
      dot(bands, {
        x: 'epoch',
        y: 'mean',
        fill: 'arm',
        symbol: 'arm',
        r: 3.2,
        title: ({ arm, epoch, mean, low, high, trials }: BandPoint) =>
          `${armText(arm)}\nepoch ${epoch}: ${metricText(mean)} (${metricText(low)} to ${metricText(high)}, ${trials} trials)`,
        tip: true,
      }),
    ],
  };
}
