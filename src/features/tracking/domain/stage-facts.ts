import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import type { RecordedEvent } from '#features/events/domain/event.ts';
import type { Stage, StageFailure } from '#features/stages/domain/stage.ts';
import type { ManifestOrigin } from '#features/submissions/domain/manifest-origin.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import { metricKey } from './metric-names.ts';
import type { Point, ProjectedFile } from './run.ts';

/** When something became a fact. */
export interface Fact {
  /** Number of its event. */
  readonly number: number;
  readonly at: Date;
}

/** That a submission was asked for. */
export interface Asking extends Fact {
  readonly origin: ManifestOrigin | null;
}

/** What our rows know of one stage. */
export interface StageFacts {
  readonly stage: Stage;
  readonly metrics: readonly MetricPoint[];
  readonly artifacts: readonly Artifact[];
  /** By epoch, its first: a stage that runs again measures the same. */
  readonly epochs: ReadonlyMap<number, Fact>;
  /** `null` for one that has not succeeded. */
  readonly success: Fact | null;
  /** Of its latest execution, where that failed. */
  readonly failure: StageFailure | null;
}

/** A stage within a run, under the name that tells it from others of its kind there. */
export interface NamedStage {
  readonly facts: StageFacts;
  readonly name: string;
  /** At which step its final metrics stand: batches of one chain measure the same things one after another. No two end at one session. */
  readonly step: number;
}

export function factsOf(events: readonly RecordedEvent[]): Pick<StageFacts, 'epochs' | 'success'> {
  const epochs = new Map<number, Fact>();
  let success: Fact | null = null;
  for (const { kind, number, at, payload } of events) {
    const fact = { number, at };
    if (kind === 'succeeded') success ??= fact;
    const { epoch } = payload;
    if (kind === 'epoch' && typeof epoch === 'number' && !epochs.has(epoch)) epochs.set(epoch, fact);
  }
  return { epochs, success };
}

/**
 * Stages in the order of a run, named by kind, the second of a kind `-2`, and so on; batches by where they end. Where a ratio ends
 * inside of a batch two begin at one session.
 */
export function namedStages(all: readonly StageFacts[]): readonly NamedStage[] {
  const counts = new Map<string, number>();
  return all.map((facts) => {
    const { kind, parameters } = facts.stage;
    if (kind === 'profiling-batch') return { facts, name: kind, step: Number(parameters['to']) };
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return { facts, name: count === 1 ? kind : `${kind}-${count}`, step: 0 };
  });
}

/** @param since what was there before the run has its facts from then */
export function pointsOf({ facts, name, step: finalStep }: NamedStage, since: Fact): readonly Point[] {
  return facts.metrics.flatMap((metric) => {
    const fact = metric.step === 0 ? facts.success : (facts.epochs.get(metric.step) ?? null);
    if (fact === null) return [];
    const { number, at } = later(fact, since);
    const step = metric.step === 0 ? finalStep : metric.step;
    return [{ key: metricKey(name, metric), value: metric.value, timestamp: at.getTime(), step, fact: number }];
  });
}

export function filesOf({ facts, name }: NamedStage, folder: string, since: Fact): readonly ProjectedFile[] {
  const { success } = facts;
  if (success === null) return [];
  const fact = later(success, since).number;
  return facts.artifacts.map((artifact) => ({
    ...{ path: `${folder}${name}/${artifact.name}`, bytes: artifact.bytes, fact },
    content: { hash: artifact.hash },
  }));
}

export function later(one: Fact, other: Fact): Fact {
  return {
    number: Math.max(one.number, other.number),
    at: one.at.getTime() > other.at.getTime() ? one.at : other.at,
  };
}
