import type { MlflowPoint } from '#platform/mlflow/mlflow-point.ts';
import type { MlflowRun } from '#platform/mlflow/mlflow-runs.ts';
import type { Mlflow } from '#platform/mlflow/mlflow.ts';
import {
  differencesOf,
  isRepairedInPlace,
  traceDifferences,
  type Difference,
  type HeldRun,
} from './domain/difference.ts';
import type { Window } from './domain/expected-run.ts';
import type { RunProjection, Subject } from './domain/run.ts';
import { EventsSince } from './events-since.ts';
import { traceOutlines } from './domain/trace-projection.ts';
import type { MirrorLedger } from './mirror-ledger.ts';
import type { Link, Mirror } from './mirror.ts';
import { askedOf } from './profiling-index.ts';
import { RunCatalogue } from './run-catalogue.ts';
import { RunSource, type RunSourceTools } from './run-source.ts';

export interface ReconcilerTools extends RunSourceTools {
  readonly ledger: MirrorLedger;
  readonly mirror: Mirror;
}

/** In what one run differs from ours. */
export interface RunReport {
  readonly subject: Subject;
  readonly name: string;
  /** Its id there; `null` where there is none. */
  readonly run: string | null;
  readonly differences: readonly Difference[];
}

export interface Reconciliation {
  readonly experiment: string;
  /** Runs that were looked at. */
  readonly runs: number;
  /** Those of them that differ. */
  readonly differing: readonly RunReport[];
  /** Events that the mirror has not come to: what they made is not missing yet. */
  readonly pending: number;
}

/** Who waits for it. */
export interface Watch {
  readonly onRun: (done: number) => void;
  /** Ends it after the run that is looked at. */
  readonly signal: AbortSignal;
}

type Mend = (pair: Pair, link: Link, window: Window) => Promise<void>;

/** What a look at one run needs. */
interface Look {
  readonly source: RunSource;
  readonly since: EventsSince;
  readonly link: Link;
}

/** How often a run is looked at that others tell of meanwhile. */
const LOOKS = 5;

/** A run of ours, and what stands for it there. */
interface Pair {
  readonly run: RunProjection;
  readonly held: MlflowRun | null;
  readonly report: RunReport;
}

/** Compares what a server holds with our rows, which are the truth, and puts it right. */
export class Reconciler {
  constructor(private readonly tools: ReconcilerTools) {}

  /** @throws ExperimentNotFoundError, MlflowUnavailableError, … */
  async check(experiment: string, watch: Watch): Promise<Reconciliation> {
    return this.each(experiment, watch, () => Promise.resolve());
  }

  /**
   * Repairs what differs: sends what is missing, sets what was edited, restores what was deleted, and puts a new run in the
   * place of one in which MLflow lets nobody change what is wrong. What others added stays. On a server that knows nothing
   * everything is made.
   * @returns what differed before
   */
  async repair(experiment: string, watch: Watch): Promise<Reconciliation> {
    return this.each(experiment, watch, (pair, link, window) => this.mend(pair, link, window));
  }

  private async each(experiment: string, { onRun, signal }: Watch, mend: Mend): Promise<Reconciliation> {
    const source = new RunSource(this.tools);
    const since = new EventsSince(this.tools, source);
    const link = await this.tools.mirror.connect();
    const differing: RunReport[] = [];
    let runs = 0;
    for await (const subject of new RunCatalogue(this.tools, source.index).of(experiment)) {
      if (signal.aborted) break;
      const report = await this.look(subject, { source, since, link }, mend);
      if (report === null) continue;
      if (report.differences.length > 0) differing.push(report);
      runs += 1;
      onRun(runs);
    }
    const { mirroredThrough } = await this.tools.ledger.standing();
    return { experiment, runs, differing, pending: (await this.tools.events.latestNumber()) - mirroredThrough };
  }

  /**
   * Compares a run, and mends it, while others may work and tell: what has happened to it meanwhile is looked at again.
   * @returns how it differed at first; `null` for one that the mirror has still to tell something of, which differs rightly
   */
  private async look(subject: Subject, { source, since, link }: Look, mend: Mend): Promise<RunReport | null> {
    let first: RunReport | null = null;
    for (let look = 0; look < LOOKS; look += 1) {
      const { mirroredThrough: through } = await this.tools.ledger.standing();
      if (await since.touch(subject, through)) return first;
      const run = await source.project(subject);
      if (run === null) return first;
      const window = { after: 0, through };
      const pair = await this.compare(run, link, window);
      const differs = pair.report.differences.length > 0;
      // It was told of more while it was looked at.
      if (differs && (await since.touch(subject, through))) continue;
      first ??= pair.report;
      if (!differs) return first;
      await mend(pair, link, window);
      if (!(await since.touch(subject, through))) return first;
    }
    return first;
  }

  private async compare(run: RunProjection, link: Link, window: Window): Promise<Pair> {
    const { mlflow, writer } = link;
    const held = await this.heldRun(run, link);
    const { subject, name } = run;
    const report = { subject, name, run: held?.id ?? null };
    if (held === null) {
      const absent: Difference = { kind: 'missing', what: 'run', name, ours: run.tagId, theirs: null };
      return { run, held, report: { ...report, differences: [absent] } };
    }
    const expected = await writer.expected(run, window);
    const differences = differencesOf(expected, await contentOf(held, mlflow));
    const traces = held.isDeleted ? [] : await this.compareTraces(run, held, mlflow);
    return { run, held, report: { ...report, differences: [...differences, ...traces] } };
  }

  private async heldRun(
    { subject, experiment, tagId }: RunProjection,
    { mlflow, writer }: Link,
  ): Promise<MlflowRun | null> {
    const known = await this.tools.ledger.find(subject);
    const held = known === null || known.run === '' ? null : await mlflow.runs.find(known.run);
    if (held !== null) return held;
    const there = await mlflow.runs.findExperiment(experiment);
    const found = there === null ? null : await writer.findByTag(there.id, tagId);
    return found === null ? null : mlflow.runs.find(found.id);
  }

  private async compareTraces(
    { subject, tagId }: RunProjection,
    held: MlflowRun,
    mlflow: Mlflow,
  ): Promise<readonly Difference[]> {
    if (subject.kind !== 'profiling') return [];
    const { stages } = await askedOf(subject, new RunSource(this.tools).index);
    const keys = stages.map(({ key }) => key);
    const ours = traceOutlines(tagId, keys.length === 0 ? [] : await this.tools.calls.list(keys));
    const there = await mlflow.traces.ofRun(held.experiment, held.id);
    return traceDifferences(ours, new Map(there.map(({ id, tags }) => [id, Number(tags['sprintlab.calls'] ?? 0)])));
  }

  private async mend(pair: Pair, link: Link, window: Window): Promise<void> {
    const { run } = pair;
    // Where the whole experiment was deleted its runs come back with it.
    const experiment = await link.writer.experimentOf(run, true);
    const { held, report } = await this.restored(pair, link, window);
    const isKept = held !== null && !isSpoilt(report.differences);
    if (held !== null && !isKept) await this.remove(held, link);
    const id = isKept ? held.id : await this.another(run, experiment, link);
    await this.tools.ledger.keep({ ...UNTOLD, subject: run.subject, experiment, run: id });
    await link.writer.dropStaleTags(id, await link.writer.expected(run, window));
    await link.writer.tell(
      run,
      { ...window, isUncertain: true, mayBeThere: true },
      await askedOf(run.subject, new RunSource(this.tools).index),
    );
  }

  /** A repair that was ended may have made it already. */
  private async another(run: RunProjection, experiment: string, { writer }: Link): Promise<string> {
    const there = await writer.findByTag(experiment, run.tagId);
    return there === null || there.isDeleted ? writer.create(run, experiment) : there.id;
  }

  /** A trace says for ever of what run it is, so that those of a run go with it. */
  private async remove({ id, experiment }: MlflowRun, { mlflow }: Link): Promise<void> {
    const traces = await mlflow.traces.ofRun(experiment, id);
    await mlflow.traces.delete(
      experiment,
      traces.map((trace) => trace.id),
    );
    await mlflow.runs.delete(id);
  }

  private async restored({ run, held, report }: Pair, link: Link, window: Window): Promise<Pair> {
    const now = held === null ? null : await link.mlflow.runs.find(held.id);
    if (now === null || held?.isDeleted !== true) return { run, held, report };
    if (now.isDeleted) await link.mlflow.runs.restore(now.id);
    return this.compare(run, link, window);
  }
}

/** As if it had been told nothing: then it is told everything that it lacks. */
const UNTOLD = { told: '', hasEnded: false, problem: null } as const;

/** Whether a run says something wrong that MLflow lets nobody take back. What others added is not wrong. */
function isSpoilt(differences: readonly Difference[]): boolean {
  return differences.some((one) => one.kind !== 'extra' && !isRepairedInPlace(one));
}

/** All that a server holds of a run. */
async function contentOf(held: MlflowRun, mlflow: Mlflow): Promise<HeldRun> {
  const points: MlflowPoint[] = [];
  for (const key of held.isDeleted ? [] : held.latest.keys()) points.push(...(await mlflow.runs.history(held.id, key)));
  const { isDeleted, name, status, endTime: endMs, params, tags, inputs } = held;
  const files = isDeleted ? [] : await mlflow.artifacts.list(held.id);
  const hasModel = !isDeleted && (await mlflow.models.find(held.experiment, held.id))?.isReady === true;
  return { isDeleted, name, status, endMs, params, tags, points, inputs, files, hasModel };
}
