import { count } from '../lib/format.ts';

interface Props {
  readonly trials: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/** How many are done, failed, at work: as a bar and as words. */
export function Progress({ trials, succeeded, failed, running }: Props) {
  const parts = [
    ['done', succeeded, 'var(--done)'],
    ['failed', failed, 'var(--failed)'],
    ['running', running, 'var(--busy)'],
  ] as const;
  const words = [
    `${count(succeeded)} / ${count(trials)}`,
    failed > 0 ? `${count(failed)} failed` : '',
    running > 0 ? `${count(running)} running` : '',
  ];
  return (
    <span style={{ display: 'inline-block', minWidth: 96, verticalAlign: 'middle', lineHeight: 1.2 }}>
      <span className="num" style={{ fontSize: 12.5 }}>
        {words.filter((word) => word !== '').join(' · ')}
      </span>
      <span
        aria-hidden
        style={{
          display: 'flex',
          height: 4,
          marginTop: 4,
          borderRadius: 2,
          overflow: 'hidden',
          background: 'var(--line)',
        }}
      >
        {parts.map(([name, amount, color]) => (
          <span key={name} style={{ width: `${trials === 0 ? 0 : (100 * amount) / trials}%`, background: color }} />
        ))}
      </span>
    </span>
  );
}
