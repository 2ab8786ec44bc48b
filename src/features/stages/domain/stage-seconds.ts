import type { ContentHash } from '#kernel/content-hash.ts';
import { workOf, type PlannedStage, type StageKey } from './stage.ts';

/** Seconds that stages took before, on average, on one host. */
export interface MeanSeconds {
  /** By data and work, as `onData` joins them. */
  readonly sameData: ReadonlyMap<string, number>;
  /** By work, on whatever data. */
  readonly anyData: ReadonlyMap<string, number>;
}

export interface ExpectedSeconds {
  readonly seconds: number;
  /** Taken from stages of the same work on the same data. */
  readonly isMeasured: boolean;
}

/** Seconds of a stage of which none like it ran here: a start of a process and a little work. A guess, and labelled as one. */
const GUESSED_SECONDS = 1;

type Linked = Pick<PlannedStage, 'key' | 'kind' | 'inputs'>;

/** The name of one kind of work on one data set. */
function onData(data: ContentHash | null, work: string): string {
  return `${data ?? '-'} ${work}`;
}

/**
 * On what data each stage works: the hash of the interactions of which the sessions were made that it reads, directly or
 * through others. The same contents under another name are the same data.
 * @param stages with all that they read
 */
export function dataOfStages(stages: readonly Linked[]): ReadonlyMap<StageKey, ContentHash | null> {
  const known = new Map(stages.map((stage) => [stage.key, stage]));
  const found = new Map<StageKey, ContentHash | null>();
  const dataOf = (key: StageKey): ContentHash | null => {
    const before = found.get(key);
    if (before !== undefined) return before;
    const data =
      interactionsOf(known.get(key)) ??
      sourcesOf(known.get(key))
        .map(dataOf)
        .find((hash) => hash !== null);
    found.set(key, data ?? null);
    return data ?? null;
  };
  for (const { key } of stages) dataOf(key);
  return found;
}

export interface TimedStage {
  readonly stage: Pick<PlannedStage, 'kind' | 'parameters'>;
  readonly data: ContentHash | null;
  readonly seconds: number;
}

export function meanSecondsOf(executions: readonly TimedStage[]): MeanSeconds {
  return {
    sameData: meansBy(executions, ({ stage, data }) => onData(data, workOf(stage))),
    anyData: meansBy(executions, ({ stage }) => workOf(stage)),
  };
}

/** What a stage will take: as before on the same data, else as before on other data, else a guess. */
export function expectedSeconds(
  mean: MeanSeconds,
  stage: Pick<PlannedStage, 'kind' | 'parameters'>,
  data: ContentHash | null,
): ExpectedSeconds {
  const work = workOf(stage);
  const measured = mean.sameData.get(onData(data, work));
  if (measured !== undefined) return { seconds: measured, isMeasured: true };
  return { seconds: mean.anyData.get(work) ?? GUESSED_SECONDS, isMeasured: false };
}

function interactionsOf(stage: Linked | undefined): ContentHash | null {
  const interactions = stage?.kind === 'sessions' ? stage.inputs['interactions'] : undefined;
  return interactions?.from === 'dataset' ? interactions.hash : null;
}

function sourcesOf(stage: Linked | undefined): readonly StageKey[] {
  const sources = Object.values(stage?.inputs ?? {});
  return sources.flatMap((source) => (source.from === 'stage' ? [source.stage] : []));
}

function meansBy(
  executions: readonly TimedStage[],
  group: (execution: TimedStage) => string,
): ReadonlyMap<string, number> {
  const sums = new Map<string, { seconds: number; count: number }>();
  for (const execution of executions) {
    const { seconds, count } = sums.get(group(execution)) ?? { seconds: 0, count: 0 };
    sums.set(group(execution), { seconds: seconds + execution.seconds, count: count + 1 });
  }
  return new Map([...sums].map(([name, { seconds, count }]) => [name, seconds / count]));
}
