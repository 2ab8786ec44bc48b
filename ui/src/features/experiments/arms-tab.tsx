import type { BoardAnswer, BoardArm } from '#features/boards/http/experiments.schema.ts';
import { Checkbox, Group } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ArmLabel } from '../../components/arm-label.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { SeedDots } from '../../components/seed-dots.tsx';
import { State } from '../../components/state.tsx';
import { count, difference, duration, metric, money, NOTHING, number, settingText, tone } from '../../lib/format.ts';
import { meanOf, pairedDifferences } from '../../lib/paired-differences.ts';
import { seedName } from '../../lib/seed-names.ts';
import { shownArms, type ShownArms } from './shown-arms.ts';

const route = getRouteApi('/experiments/$name');
const MOST_COMPARED = 8;

/** One line an arm, its seeds as dots that lead to the trials; the settings in which arms differ come first. */
export function ArmsTab({ board }: { readonly board: BoardAnswer }) {
  const { dataset, arms: chosen = [], by, descending } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = useMemo(() => shownArms(board, dataset), [board, dataset]);
  const choose = (name: string): void => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(-MOST_COMPARED);
    void navigate({ search: (old) => ({ ...old, arms: next.length === 0 ? undefined : next }), replace: true });
  };
  const columns = columnsOf(board, shown, { chosen, choose });
  return (
    <DataTable
      name={`${board.experiment}-arms`}
      rows={shown.arms}
      columns={columns}
      idOf={({ name }) => name}
      rowHeight={46}
      order={by === undefined ? { by: 'mean', descending: true } : { by, descending: descending === true }}
      onOrder={(order) =>
        void navigate({
          search: (old) => ({ ...old, by: order.by, descending: order.descending ? true : undefined }),
          replace: true,
        })
      }
      tools={<CompareBar board={board} chosen={chosen} />}
    />
  );
}

function CompareBar({ board, chosen }: { readonly board: BoardAnswer; readonly chosen: readonly string[] }) {
  const { metric: wanted, revision, dataset } = route.useSearch();
  if (chosen.length < 2)
    return (
      <span className="muted" style={{ fontSize: 13 }}>
        Choose two to eight arms to compare them; a dot leads to its trial.
      </span>
    );
  return (
    <Group gap="sm">
      <LinkButton
        size="compact-sm"
        leftSection={<IconArrowsDiff size={15} aria-hidden />}
        to="/experiments/$name/compare"
        params={{ name: board.experiment }}
        search={{ arms: chosen, metric: wanted, revision, dataset }}
      >
        Compare {chosen.length} arms
      </LinkButton>
    </Group>
  );
}

interface Choice {
  readonly chosen: readonly string[];
  readonly choose: (name: string) => void;
}

function columnsOf(board: BoardAnswer, shown: ShownArms, { chosen, choose }: Choice): readonly Column<BoardArm>[] {
  const all = shown.arms.flatMap(({ values }) => values.filter((value) => value !== null));
  const [low, high] = all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)];
  const pad = (high - low) * 0.06 || 0.01;
  const gain = (arm: BoardArm): number | null => gainOf(arm, shown.baseline);
  return [
    {
      id: 'chosen',
      title: '',
      hint: 'Chosen for a comparison',
      width: 34,
      value: ({ name }) => chosen.includes(name),
      show: ({ name }) => (
        <Checkbox
          size="xs"
          aria-label={`Compare ${name}`}
          checked={chosen.includes(name)}
          onChange={() => choose(name)}
        />
      ),
    },
    {
      id: 'arm',
      title: 'Arm',
      value: ({ name }) => name,
      show: (arm) => <Arm of={arm} on={board} isBaseline={arm === shown.baseline} />,
      width: 280,
    },
    ...settingColumns(board),
    {
      id: 'mean',
      title: board.metric,
      value: ({ mean }) => mean,
      show: (arm) => <Mean of={arm} />,
      isNumber: true,
      width: 130,
    },
    {
      id: 'seeds',
      title: 'Seeds',
      value: ({ values }) => values.map((value) => value ?? '').join(' '),
      show: ({ values, trials, seeds, mean }) => (
        <SeedDots
          values={values.map((value, index) => ({
            value,
            trial: trials[index] ?? null,
            seed: seedName(seeds[index] ?? [null, null]),
          }))}
          mean={mean}
          baseline={shown.baseline?.mean ?? null}
          from={low - pad}
          to={high + pad}
        />
      ),
      width: 190,
    },
    {
      id: 'gain',
      title: board.baseline === null ? 'Gain' : `− ${board.baseline}`,
      hint: 'Mean difference to the baseline over pairs with the same seeds',
      value: gain,
      show: (arm) => <Gain value={gain(arm)} />,
      isNumber: true,
    },
    {
      id: 'calls',
      title: 'LLM calls',
      hint: 'That a trial rests on, as if it had run alone',
      value: ({ calls }) => calls,
      show: ({ calls }) => (calls === 0 ? NOTHING : number(Math.round(calls))),
      isNumber: true,
      isSecondary: true,
    },
    {
      id: 'usd',
      title: 'Cost',
      hint: 'A trial’s share, in US dollars',
      value: ({ usd }) => usd,
      show: ({ usd }) => money(usd),
      isNumber: true,
      isSecondary: true,
    },
    {
      id: 'seconds',
      title: 'Time',
      hint: 'Of a trial, as if it had run alone',
      value: ({ seconds }) => seconds,
      show: ({ seconds }) => duration(seconds),
      isNumber: true,
      isSecondary: true,
    },
  ];
}

/** Of named arms the grid's axes are not in the name: what they do is in the method. */
function settingColumns({ axes, differing }: BoardAnswer): readonly Column<BoardArm>[] {
  const isInName = new Set(axes.map(({ key }) => key));
  return differing
    .filter((key) => !isInName.has(key))
    .slice(0, 3)
    .map((key) => ({ id: key, title: key, value: ({ settings }) => settingText(settings[key]), isSecondary: true }));
}

interface ArmProps {
  readonly of: BoardArm;
  readonly on: BoardAnswer;
  readonly isBaseline: boolean;
}

function Arm({ of: { name, counts, trials }, on: { experiment, revision }, isBaseline }: ArmProps) {
  const failed = counts.failed ?? 0;
  const open = (counts.queued ?? 0) + (counts.running ?? 0);
  return (
    <div>
      <ArmLabel name={name} /> {isBaseline && <span className="label">baseline</span>}
      {failed > 0 && (
        <div style={{ fontSize: 12 }}>
          <Link
            to="/trials"
            search={{
              experiment: `${experiment}@${revision}`,
              filter: `status = failed AND arm = ${JSON.stringify(name)}`,
            }}
          >
            <State of="failed" note={` ${count(failed)} of ${count(trials.length)}`} />
          </Link>
        </div>
      )}
      {open > 0 && (
        <div style={{ fontSize: 12 }}>
          <State
            of={(counts.running ?? 0) > 0 ? 'running' : 'queued'}
            note={` ${count(open)} of ${count(trials.length)}`}
          />
        </div>
      )}
    </div>
  );
}

function Mean({ of: { mean, sd } }: { readonly of: BoardArm }) {
  return (
    <>
      <span style={{ fontWeight: 560 }}>{metric(mean)}</span>
      <span className="muted" style={{ fontSize: 12, display: 'inline-block', minWidth: 58 }}>
        {sd === null ? '' : ` ± ${metric(sd)}`}
      </span>
    </>
  );
}

function gainOf(arm: BoardArm, baseline: BoardArm | null): number | null {
  if (baseline === null || arm === baseline) return null;
  const pairs = pairedDifferences(arm, baseline);
  return pairs.length === 0 ? null : meanOf(pairs.map((pair) => pair.difference));
}

function Gain({ value }: { readonly value: number | null }) {
  if (value === null) return <span className="muted">{NOTHING}</span>;
  return <span className={tone(value)}>{difference(value)}</span>;
}
