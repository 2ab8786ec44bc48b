import { barX, text, tickX, type PlotOptions } from '@observablehq/plot';
import type { AcceptanceAnswer } from '#features/profilings/http/profilings.schema.ts';
import type { Look } from '../../components/chart.tsx';
import { percent } from '../../lib/format.ts';

type Attempt = AcceptanceAnswer['attempts'][number];

/** A bar for what was accepted, a tick for what random rankings would have. */
export function draw(attempts: readonly Attempt[], { width, isDark }: Look): PlotOptions {
  return {
    width,
    height: attempts.length * 30 + 34,
    marginLeft: 80,
    marginRight: 136,
    marginTop: 4,
    x: {
      domain: [0, 1],
      tickFormat: (value: number) => percent(value),
      label: null,
      ticks: width < 480 ? 2 : 5,
      grid: true,
    },
    y: { label: null, tickSize: 0, tickFormat: (attempt: number) => `attempt ${attempt}` },
    style: { fontSize: '12px', background: 'transparent' },
    marks: [
      barX(attempts, {
        y: 'attempt',
        x: 'share',
        fill: isDark ? '#7cc4cb' : '#1f5f66',
        insetTop: 5,
        insetBottom: 5,
        rx: 3,
      }),
      tickX(attempts, { y: 'attempt', x: 'chance', stroke: isDark ? '#f0a066' : '#b04a00', strokeWidth: 3 }),
      text(attempts, {
        y: 'attempt',
        x: 1,
        dx: 8,
        textAnchor: 'start',
        text: ({ share, chance }: Attempt) => `${percent(share)} · chance ${percent(chance)}`,
        fontVariant: 'tabular-nums',
      }),
    ],
  };
}
