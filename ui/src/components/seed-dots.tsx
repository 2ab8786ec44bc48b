import { Link } from '@tanstack/react-router';
import { metric } from '../lib/format.ts';

export interface SeedValue {
  /** `null`: nothing to lead to. */
  readonly trial: string | null;
  readonly seed: string;
  readonly value: number | null;
}

interface Props {
  readonly values: readonly SeedValue[];
  readonly mean: number | null;
  /** The ends of the scale, the same for all rows of a table. */
  readonly from: number;
  readonly to: number;
  readonly baseline?: number | null;
  readonly width?: number;
}

const HEIGHT = 26;
const EDGE = 6;

/** One dot a seed on a common scale, the mean as a bar, the baseline's mean as a dashed line; each dot leads to its trial. */
export function SeedDots({ values, mean, from, to, baseline = null, width = 170 }: Props) {
  const span = to - from || 1;
  const x = (value: number): number => EDGE + ((value - from) / span) * (width - 2 * EDGE);
  return (
    <span style={{ position: 'relative', display: 'inline-block', width, height: HEIGHT, verticalAlign: 'middle' }}>
      <svg width={width} height={HEIGHT} aria-hidden style={{ position: 'absolute', inset: 0 }}>
        <line x1={EDGE} x2={width - EDGE} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--line)" />
        {baseline !== null && (
          <line x1={x(baseline)} x2={x(baseline)} y1={2} y2={HEIGHT - 2} stroke="var(--ink-3)" strokeDasharray="2 3" />
        )}
        {mean !== null && <rect x={x(mean) - 1} y={5} width={2} height={HEIGHT - 10} fill="var(--ink)" />}
      </svg>
      {values.map((dot, index) => (
        <Dot key={dot.trial ?? index} {...dot} left={dot.value === null ? null : x(dot.value) - EDGE} />
      ))}
    </span>
  );
}

function Dot({ trial, seed, value, left }: SeedValue & { readonly left: number | null }) {
  if (left === null) return null;
  const place = { className: 'seed-dot', style: { left, top: HEIGHT / 2 - EDGE }, title: `${seed}: ${metric(value)}` };
  if (trial === null) return <span {...place} aria-hidden />;
  return <Link to="/trials/$id" params={{ id: trial }} {...place} aria-label={`Trial of ${seed}: ${metric(value)}`} />;
}
