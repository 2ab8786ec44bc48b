import { Counter, Gauge, Registry } from 'prom-client';
import type { CallTally, ModelTally } from '#features/calls/call-tally.ts';
import type { ExecutionCount, StageCount, StageTally } from '#features/stages/stage-tally.ts';
import type { Submission } from '#features/submissions/domain/submission.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import { workerStatus, type Worker } from '#features/workers/domain/worker.ts';
import type { WorkersService } from '#features/workers/workers.service.ts';
import type { Tracking } from '#features/tracking/tracking.ts';
import type { Clock } from '#kernel/clock.ts';
import { inTime } from '#platform/process/in-time.ts';

export interface RowMetricsTools {
  readonly tally: StageTally;
  readonly callTally: CallTally;
  readonly submissions: SubmissionsService;
  readonly workers: WorkersService;
  readonly clock: Clock;
  readonly tracking: Tracking | null;
}

/** How old a value may be. */
const FRESH_MS = 5_000;
/** A data base that does not answer so soon does not answer. */
const PATIENCE_MS = 2_000;

/** What is counted at one time. */
interface Found {
  readonly stages: readonly StageCount[];
  readonly executions: readonly ExecutionCount[];
  readonly submissions: readonly Submission[];
  readonly workers: readonly Worker[];
  readonly models: readonly ModelTally[];
  readonly mirror: Awaited<ReturnType<Tracking['standing']>> | null;
}

/** What the rows tell of all processes. They are counted when somebody asks, and at most every few seconds. */
export class RowMetrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  private readonly up = new Gauge({
    name: 'sprintlab_database_up',
    help: '1 if the data base answered when it was last asked; else what follows from its rows is missing',
    registers: this.registers,
  });
  private readonly stages = new Gauge({
    name: 'sprintlab_stages',
    help: 'Distinct stages by kind and status',
    labelNames: ['kind', 'status'] as const,
    registers: this.registers,
  });
  private readonly executions = new Counter({
    name: 'sprintlab_executions_ended_total',
    help: 'Tries of stages that ended, by kind and outcome, in all processes',
    labelNames: ['kind', 'outcome'] as const,
    registers: this.registers,
  });
  private readonly submissions = new Gauge({
    name: 'sprintlab_submissions',
    help: 'Submissions by state',
    labelNames: ['state'] as const,
    registers: this.registers,
  });
  private readonly workers = new Gauge({
    name: 'sprintlab_workers_alive',
    help: 'Workers that have said lately that they live',
    registers: this.registers,
  });
  private readonly slots = new Gauge({
    name: 'sprintlab_worker_slots',
    help: 'Stages that the living workers run at once',
    registers: this.registers,
  });
  private readonly calls = new Counter({
    name: 'sprintlab_llm_calls_total',
    help: 'LLM calls that were made (those that were reused are not)',
    labelNames: ['model'] as const,
    registers: this.registers,
  });
  private readonly tokens = new Counter({
    name: 'sprintlab_llm_tokens_total',
    help: 'Tokens of LLM calls',
    labelNames: ['model', 'direction'] as const,
    registers: this.registers,
  });
  private readonly usd = new Counter({
    name: 'sprintlab_llm_usd_total',
    help: 'US dollars that LLM calls cost',
    labelNames: ['model'] as const,
    registers: this.registers,
  });

  private readonly mlflowPending = new Gauge({
    name: 'sprintlab_mlflow_pending_events',
    help: 'Events that MLflow was not told of yet',
    registers: this.registers,
  });
  private readonly mlflowBroken = new Gauge({
    name: 'sprintlab_mlflow_broken_runs',
    help: 'Runs that MLflow refuses and that wait for a repair',
    registers: this.registers,
  });
  private readonly mlflowUp = new Gauge({
    name: 'sprintlab_mlflow_up',
    help: '1 if MLflow took what it was told last; 0 while it is not reached or refuses',
    registers: this.registers,
  });

  constructor(private readonly tools: RowMetricsTools) {}

  /**
   * Counts anew where the values are old. Two who ask at once have them counted once. Whoever asks is not kept waiting by a data
   * base that does not answer: what follows from its rows is then missing.
   */
  async refresh(monotonicMs: number): Promise<void> {
    if (monotonicMs - this.readAt < FRESH_MS) return;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
      this.readAt = monotonicMs;
    });
    await inTime(this.reading, PATIENCE_MS).catch(() => this.registry.resetMetrics());
  }

  private async read(): Promise<void> {
    try {
      const found = await this.find();
      this.registry.resetMetrics();
      this.setStages(found);
      this.setSubmissions(found.submissions);
      this.setWorkers(found.workers);
      for (const model of found.models) this.addCalls(model);
      if (found.mirror !== null) this.setMirror(found.mirror);
      this.up.set(1);
    } catch {
      this.registry.resetMetrics();
    }
  }

  private async find(): Promise<Found> {
    const { tally, submissions, workers, callTally, tracking } = this.tools;
    return {
      stages: await tally.stages(),
      executions: await tally.executions(),
      submissions: await submissions.list(),
      workers: await workers.list(),
      models: await callTally.byModel(),
      mirror: (await tracking?.standing()) ?? null,
    };
  }

  private setStages({ stages, executions }: Pick<Found, 'stages' | 'executions'>): void {
    for (const { kind, status, count } of stages) this.stages.set({ kind, status }, count);
    for (const { kind, status: outcome, count } of executions) {
      if (outcome !== 'running') this.executions.inc({ kind, outcome }, count);
    }
  }

  private setMirror(standing: NonNullable<Found['mirror']>): void {
    this.mlflowPending.set(standing.pending);
    this.mlflowBroken.set(standing.broken.length);
    this.mlflowUp.set(standing.problem === null ? 1 : 0);
  }

  private setSubmissions(all: readonly Submission[]): void {
    for (const { state } of all) this.submissions.inc({ state });
  }

  private setWorkers(all: readonly Worker[]): void {
    const now = this.tools.clock.now();
    const alive = all.filter((worker) => workerStatus(worker, now) === 'working');
    this.workers.set(alive.length);
    this.slots.set(alive.reduce((sum, { slots }) => sum + slots, 0));
  }

  private addCalls({ model, calls, promptTokens, completionTokens, usd }: ModelTally): void {
    this.calls.inc({ model }, calls);
    this.tokens.inc({ model, direction: 'prompt' }, promptTokens);
    this.tokens.inc({ model, direction: 'completion' }, completionTokens);
    this.usd.inc({ model }, usd);
  }
}
