import type { AcceptanceAnswer } from '#features/profilings/http/profilings.schema.ts';
import { Card, Facts } from '../../components/page.tsx';
import { Chart } from '../../components/chart.tsx';
import { count, percent } from '../../lib/format.ts';
import { askedIn } from './asked.ts';

const load = () => import('./acceptance.plot.ts');

/** An accepted label proves something only as far as it beats what random rankings reach. */
export function Acceptance({ of: acceptance }: { readonly of: AcceptanceAnswer }) {
  const last = acceptance.attempts.at(-1);
  const { asked, share } = askedIn(acceptance);
  return (
    <div className="columns">
      <Card>
        <Facts
          of={[
            {
              name: 'Sessions asked about',
              value: count(asked),
              note: acceptance.withoutText > 0 ? `beside ${count(acceptance.withoutText)} without text` : undefined,
            },
            {
              name: 'Accepted',
              value: count(acceptance.accepted),
              note: percent(share),
            },
            {
              name: 'By chance',
              value: percent(last?.chance),
              note: `top ${acceptance.successRank} of ${acceptance.candidates} candidates`,
            },
            ...Object.entries(acceptance.outcomes).map(([name, amount]) => ({
              name: `Last answer ${name}`,
              value: count(amount),
            })),
          ]}
        />
      </Card>
      <Chart
        name={`acceptance-${acceptance.trial}`}
        title="Accepted up to each attempt, beside chance"
        summary={acceptance.attempts
          .map(({ attempt, share, chance }) => `attempt ${attempt}: ${percent(share)}, by chance ${percent(chance)}`)
          .join('; ')}
        data={acceptance.attempts}
        load={load}
        height={130}
        csv={() => ({
          header: ['attempt', 'accepted', 'share', 'chance'],
          rows: acceptance.attempts.map(({ attempt, accepted, share, chance }) => [attempt, accepted, share, chance]),
        })}
      />
    </div>
  );
}
