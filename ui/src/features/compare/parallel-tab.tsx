import { useMemo } from 'react';
import { ArmLabel } from '../../components/arm-label.tsx';
import { Chart } from '../../components/chart.tsx';
import { Section } from '../../components/page.tsx';
import { metric, settingText } from '../../lib/format.ts';
import type { Compared } from './compared.ts';
import { parallelAxes, type ParallelData } from './parallel.ts';

const load = () => import('./parallel.plot.ts');

/** Settings that differ, and what came of them: as parallel coordinates and as a table with the whole words. */
export function ParallelTab({ board, arms }: Compared) {
  const data = useMemo<ParallelData>(() => parallelAxes(board, arms), [board, arms]);
  return (
    <>
      <Chart
        name={`${board.experiment}-parallel`}
        title="From settings to result"
        note="One line an arm. A hollow mark at the foot of an axis: the arm's method does not read this setting, or there is no result."
        summary={arms.map(({ name, mean }) => `${name}: ${metric(mean)}`).join('; ')}
        data={data}
        load={load}
        height={340}
        csv={() => ({
          header: ['arm', ...data.axes.map(({ name }) => name)],
          rows: arms.map(({ name }, index) => [name, ...data.axes.map(({ texts }) => texts[index] ?? null)]),
        })}
      />
      <div style={{ height: 22 }} />
      <Section title="Settings that differ">
        <SettingsTable board={board} arms={arms} />
      </Section>
    </>
  );
}

function SettingsTable({ board, arms }: Compared) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Settings of the arms">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {arms.map(({ name }) => (
              <th key={name} scope="col" style={{ whiteSpace: 'normal', minWidth: 150 }}>
                <ArmLabel name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {board.differing.map((key) => (
            <tr key={key} className="row">
              <th scope="row" className="mono" style={{ position: 'static' }}>
                {key}
              </th>
              {arms.map(({ name, settings }) => (
                <td key={name}>
                  {key in settings ? settingText(settings[key]) : <span className="muted">not read</span>}
                </td>
              ))}
            </tr>
          ))}
          <tr className="row">
            <th scope="row" style={{ position: 'static' }}>
              {board.metric}
            </th>
            {arms.map(({ name, mean, sd }) => (
              <td key={name} className="num">
                <strong style={{ fontWeight: 560 }}>{metric(mean)}</strong>{' '}
                <span className="muted">{sd === null ? '' : `± ${metric(sd)}`}</span>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
