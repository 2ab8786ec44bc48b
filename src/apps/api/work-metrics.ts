import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Turn } from '#features/scheduling/scheduler.ts';
import type { WorkNews } from '#features/workers/execution.ts';
import type { WorkListener } from '../workshop.ts';

const STAGE_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];
const TURN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What happens in this process, counted as it happens. */
export class WorkMetrics implements WorkListener {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  private readonly byKind = { labelNames: ['kind'] as const, registers: this.registers };

  private readonly seconds = new Histogram({
    name: 'sprintlab_stage_seconds',
    help: 'Seconds of the stages that succeeded in this process',
    buckets: STAGE_SECONDS,
    ...this.byKind,
  });
  private readonly claims = new Counter({
    name: 'sprintlab_claims_total',
    help: 'Stages that this process claimed',
    ...this.byKind,
  });
  private readonly lost = new Counter({
    name: 'sprintlab_leases_lost_total',
    help: 'Stages that were taken from this process: cancelled, or taken for dead',
    ...this.byKind,
  });
  private readonly retries = new Counter({
    name: 'sprintlab_retries_total',
    help: 'Mishaps of stages in this process after which they are tried again',
    ...this.byKind,
  });
  private readonly recovered = new Counter({
    name: 'sprintlab_stages_recovered_total',
    help: 'Stages that go on because this process found their worker gone',
    registers: this.registers,
  });
  private readonly leads = new Gauge({
    name: 'sprintlab_scheduler_leads',
    help: '1 while this process schedules for all',
    registers: this.registers,
  });
  private readonly turns = new Histogram({
    name: 'sprintlab_scheduler_turn_seconds',
    help: 'Seconds of the turns of the scheduler of this process; their count is the number of turns',
    labelNames: ['leads'] as const,
    buckets: TURN_SECONDS,
    registers: this.registers,
  });

  readonly onNews = (news: WorkNews): void => {
    const { kind } = news.stage;
    if (news.kind === 'started') this.claims.inc({ kind });
    if (news.kind === 'succeeded') this.seconds.observe({ kind }, news.usage.seconds);
    if (news.kind === 'lost') this.lost.inc({ kind });
    if (news.kind === 'failed' && news.verdict.outcome === 'retried') this.retries.inc({ kind });
  };

  readonly onRecovered = (stages: number): void => this.recovered.inc(stages);

  readonly onTurn = ({ leads, seconds }: Turn): void => {
    this.leads.set(leads ? 1 : 0);
    this.turns.observe({ leads: String(leads) }, seconds);
  };
}
