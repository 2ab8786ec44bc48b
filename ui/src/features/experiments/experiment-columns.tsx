import type { ExperimentAnswer } from '#features/boards/http/experiments.schema.ts';
import { Link } from '@tanstack/react-router';
import { armText } from '../../components/arm-label.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Progress } from '../../components/progress.tsx';
import { Provenance } from '../../components/provenance.tsx';
import { SeedDots } from '../../components/seed-dots.tsx';
import { State, submissionState } from '../../components/state.tsx';
import { When } from '../../components/when.tsx';
import { count, difference, metric, money, NOTHING, tone } from '../../lib/format.ts';

export const EXPERIMENT_COLUMNS: readonly Column<ExperimentAnswer>[] = [
  { id: 'question', title: 'Question', value: ({ question }) => question, show: (row) => <Question of={row} /> },
  {
    id: 'progress',
    title: 'Trials',
    value: ({ progress }) => progress.succeeded / Math.max(1, progress.trials),
    show: (row) => <Standing of={row} />,
    isSecondary: true,
  },
  {
    id: 'best',
    title: 'Best arm',
    value: ({ best }) => best?.mean,
    show: (row) => <Best of={row} />,
    isSecondary: true,
  },
  {
    id: 'gain',
    title: 'Gain',
    hint: 'Of the best arm over its baseline',
    value: gainOf,
    show: (row) => <Gain of={row} />,
    isNumber: true,
  },
  {
    id: 'usd',
    title: 'Spend',
    value: ({ spend }) => spend.usd,
    show: (row) => <Spend of={row} />,
    isNumber: true,
    isSecondary: true,
  },
  {
    id: 'updatedAt',
    title: 'Last result',
    value: ({ updatedAt }) => updatedAt,
    show: ({ updatedAt }) => <When at={updatedAt} />,
    isNumber: true,
    isSecondary: true,
  },
];

function Standing({ of: { state, progress } }: { readonly of: ExperimentAnswer }) {
  return (
    <div>
      {state === null ? NOTHING : <State of={submissionState(state, progress.failed)} />}
      <div>
        <Progress {...progress} />
      </div>
    </div>
  );
}

function Spend({ of: { spend } }: { readonly of: ExperimentAnswer }) {
  return (
    <div>
      {money(spend.usd)}
      <div className="muted" style={{ fontSize: 12 }}>
        {spend.calls === 0 ? 'no LLM calls' : `${count(spend.calls)} calls`}
      </div>
    </div>
  );
}

function Question({ of: { name, question, revision, synthetic, simulated } }: { readonly of: ExperimentAnswer }) {
  return (
    <div className="wraps" style={{ minWidth: 190, padding: '10px 0' }}>
      <Link
        to="/experiments/$name"
        params={{ name }}
        className="clamp-2"
        style={{ color: 'var(--ink)', fontWeight: 520, fontSize: 14, lineHeight: 1.35 }}
      >
        {question}
      </Link>
      <div className="with-marks" style={{ marginTop: 2 }}>
        <span className="muted clamp" style={{ maxWidth: 260 }}>
          {name} · revision {revision}
        </span>
        <Provenance simulated={simulated} synthetic={synthetic} />
      </div>
    </div>
  );
}

function Best({ of: { best, baseline, datasets, primary } }: { readonly of: ExperimentAnswer }) {
  if (best === null) return <span className="muted">no result yet</span>;
  const all = [...best.values, ...(baseline?.values ?? [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const pad = (high - low) * 0.12 || 0.01;
  return (
    <div style={{ width: 240 }} title={datasets.length > 1 ? `${best.arm} on ${best.dataset}` : best.arm}>
      <div className="clamp" style={{ fontSize: 12.5 }}>
        {datasets.length > 1 && <span className="muted">{best.dataset} · </span>}
        {armText(best.arm)}
      </div>
      <div style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
        <span className="num" style={{ fontWeight: 560 }}>
          {metric(best.mean, 3)}
        </span>
        <span className="muted num" style={{ fontSize: 12 }}>
          {best.sd === null ? primary : `± ${metric(best.sd, 3)}`}
        </span>
        <SeedDots
          values={best.values.map((value) => ({ trial: null, seed: 'seed', value }))}
          mean={best.mean}
          baseline={baseline?.mean ?? null}
          from={low - pad}
          to={high + pad}
          width={100}
        />
      </div>
    </div>
  );
}

function gainOf({ best, baseline }: ExperimentAnswer): number | null {
  return best === null || baseline === null || best.arm === baseline.arm ? null : best.mean - baseline.mean;
}

function Gain({ of: experiment }: { readonly of: ExperimentAnswer }) {
  const gain = gainOf(experiment);
  if (gain === null) return <span className="muted">{NOTHING}</span>;
  return (
    <div>
      <span className={tone(gain, 3)} style={{ fontWeight: 560 }}>
        {difference(gain, 3)}
      </span>
      <div className="muted" style={{ fontSize: 12 }}>
        {experiment.primary}
        <span className="wide-only"> against {experiment.baseline?.arm}</span>
      </div>
    </div>
  );
}
