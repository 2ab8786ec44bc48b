import type { StageGraphAnswer } from '#features/boards/http/experiments.schema.ts';
import { useMemo } from 'react';
import { count, duration } from '../../lib/format.ts';
import { NODE, placed, type PlacedNode } from './graph-layout.ts';

const COLORS = [
  ['succeeded', 'var(--done)'],
  ['failed', 'var(--failed)'],
  ['running', 'var(--busy)'],
] as const;

/** Who reads what from whom, what is done, and where the time went: a wider bar below a node is a larger share of it. */
export function StageGraph({ graph }: { readonly graph: StageGraphAnswer }) {
  const { nodes, links, width, height } = useMemo(() => placed(graph), [graph]);
  const longest = Math.max(1e-9, ...nodes.map(({ seconds }) => seconds));
  return (
    <div
      className="card"
      style={{ padding: 18, overflowX: 'auto' }}
      tabIndex={0}
      role="group"
      aria-label="Stage graph; the table below says the same"
    >
      <svg
        style={{ width: '100%', minWidth: width * 0.85, maxWidth: width + 8, display: 'block' }}
        viewBox={`-4 -4 ${width + 8} ${height + 8}`}
        aria-hidden
      >
        {links.map(({ id, from, to, stages }) => (
          <path
            key={id}
            d={curve(from, to)}
            fill="none"
            stroke="var(--line-strong)"
            strokeOpacity={0.8}
            strokeWidth={Math.min(4, 0.6 + Math.log2(stages + 1) / 2)}
          />
        ))}
        {nodes.map((node) => (
          <StageNode key={node.id} node={node} share={node.seconds / longest} />
        ))}
      </svg>
    </div>
  );
}

function StageNode({ node, share }: { readonly node: PlacedNode; readonly share: number }) {
  const { x, y, kind, label, stages, trials, seconds, counts } = node;
  let left = 0;
  return (
    <g transform={`translate(${x},${y})`}>
      <title>{`${kind} · ${label}\n${stages} stages for ${trials} trials · ${duration(seconds)}`}</title>
      <rect
        width={NODE.width}
        height={NODE.height}
        rx={8}
        fill="var(--surface)"
        stroke={(counts.running ?? 0) > 0 ? 'var(--busy)' : 'var(--line-strong)'}
        strokeWidth={(counts.running ?? 0) > 0 ? 2 : 1}
      />
      <text x={12} y={20} fontSize={12.5} fontWeight={560} fill="var(--ink)">
        {kind}
      </text>
      <text x={NODE.width - 12} y={20} fontSize={11.5} textAnchor="end" fill="var(--ink-3)" className="num">
        {duration(seconds)}
      </text>
      <text x={12} y={36} fontSize={11.5} fill="var(--ink-3)">
        {count(stages)} for {count(trials)} trials
      </text>
      <rect x={12} y={44} width={NODE.width - 24} height={4} rx={2} fill="var(--line)" />
      {COLORS.map(([status, color]) => {
        const part = ((counts[status] ?? 0) / Math.max(1, stages)) * (NODE.width - 24);
        const bar =
          part === 0 ? null : <rect key={status} x={12 + left} y={44} width={part} height={4} rx={2} fill={color} />;
        left += part;
        return bar;
      })}
      <rect x={12} y={52} width={Math.max(1, share * (NODE.width - 24))} height={2} rx={1} fill="var(--ink-3)" />
    </g>
  );
}

function curve(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + NODE.height / 2, to.x, to.y + NODE.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}
