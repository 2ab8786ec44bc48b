import { z } from 'zod';
import { MlflowExistsError, MlflowNotFoundError } from './mlflow-errors.ts';
import type { MlflowHttp } from './mlflow-http.ts';
import { batchesOf, type RunFacts } from './mlflow-limits.ts';
import type { MlflowPoint } from './mlflow-point.ts';

export type MlflowStatus = 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface MlflowInput {
  readonly name: string;
  /** At most 36 characters. */
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly profile: string;
  readonly context: string;
}

export interface MlflowExperiment {
  readonly id: string;
  readonly isDeleted: boolean;
}

export interface MlflowRunInfo {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly status: MlflowStatus;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime: number | null;
  readonly isDeleted: boolean;
}

export interface MlflowRun extends MlflowRunInfo {
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** Of each metric the point that counts as its latest. */
  readonly latest: ReadonlyMap<string, MlflowPoint>;
  readonly inputs: readonly Pick<MlflowInput, 'name' | 'digest'>[];
}

export interface NewRun {
  readonly experiment: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RunChange {
  readonly status: MlflowStatus;
  readonly name: string;
  /** `null` while it has none; one that is set stays until the next. */
  readonly endTime: number | null;
}

/** MLflow writes what is no finite number as text. */
const number = z.union([z.number(), z.string()]).transform(Number);
const pairs = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .default([])
  .transform((all) => new Map(all.map(({ key, value }) => [key, value])));
const pointSchema = z.object({
  key: z.string(),
  value: number.default(0),
  timestamp: number.default(0),
  step: number.default(0),
});
const infoSchema = z.object({
  run_id: z.string(),
  experiment_id: z.string(),
  run_name: z.string().default(''),
  status: z.enum(['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED']),
  start_time: number.default(0),
  end_time: number.nullish(),
  lifecycle_stage: z.string(),
});
const runSchema = z.object({
  info: infoSchema,
  data: z.object({ params: pairs, tags: pairs, metrics: z.array(pointSchema).default([]) }).prefault({}),
  inputs: z
    .object({
      dataset_inputs: z
        .array(z.object({ dataset: z.object({ name: z.string(), digest: z.string() }) }))
        .default([])
        .transform((all) => all.map(({ dataset }) => dataset)),
    })
    .prefault({}),
});
const experimentSchema = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string() }),
});
const historySchema = z.object({ metrics: z.array(pointSchema).default([]), next_page_token: z.string().optional() });
const searchSchema = z.object({ runs: z.array(runSchema).default([]), next_page_token: z.string().optional() });
const nothing = z.object({});

const ROOT = '/api/2.0/mlflow';
/** Points of one answer, of 25,000 that MLflow allows. */
const HISTORY_PAGE = 10_000;
const RUNS_PAGE = 200;

/** Experiments and runs, by REST 2.0. Batches are inside MLflow's limits whatever is asked for. */
export class MlflowRuns {
  constructor(private readonly http: MlflowHttp) {}

  async findExperiment(name: string): Promise<MlflowExperiment | null> {
    const path = `${ROOT}/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const found = await this.http.json({ method: 'GET', path }, experimentSchema).catch(nullIfAbsent);
    if (found === null) return null;
    const { experiment_id: id, lifecycle_stage: stage } = found.experiment;
    return { id, isDeleted: stage === 'deleted' };
  }

  /** Makes it unless it is there: two who make it at once get the same. */
  async makeExperiment(name: string, tags: Readonly<Record<string, string>>): Promise<MlflowExperiment> {
    const json = { name, tags: asPairs(tags) };
    const made = await this.post('experiments/create', json, z.object({ experiment_id: z.string() })).catch(
      async (error: unknown) => {
        const found = error instanceof MlflowExistsError ? await this.findExperiment(name) : null;
        if (found === null) throw error;
        return found;
      },
    );
    return 'id' in made ? made : { id: made.experiment_id, isDeleted: false };
  }

  async restoreExperiment(id: string): Promise<void> {
    await this.post('experiments/restore', { experiment_id: id }, nothing);
  }

  async create({ experiment, name, startTime, tags }: NewRun): Promise<string> {
    const json = { experiment_id: experiment, run_name: name, start_time: startTime, tags: asPairs(tags) };
    const { run } = await this.post('runs/create', json, z.object({ run: z.object({ info: infoSchema }) }));
    return run.info.run_id;
  }

  async update(run: string, { status, name, endTime }: RunChange): Promise<void> {
    const ended = endTime === null ? {} : { end_time: endTime };
    await this.post('runs/update', { run_id: run, status, run_name: name, ...ended }, nothing);
  }

  async delete(run: string): Promise<void> {
    await this.post('runs/delete', { run_id: run }, nothing);
  }

  async restore(run: string): Promise<void> {
    await this.post('runs/restore', { run_id: run }, nothing);
  }

  /** `null` for one that MLflow does not have. */
  async find(run: string): Promise<MlflowRun | null> {
    const path = `${ROOT}/runs/get?run_id=${encodeURIComponent(run)}`;
    const found = await this.http.json({ method: 'GET', path }, z.object({ run: runSchema })).catch(nullIfAbsent);
    return found === null ? null : toRun(found.run);
  }

  /** All runs of an experiment with a tag, deleted ones too; a page at a time. */
  async *withTag(experiment: string, tag: string, value: string | null): AsyncGenerator<readonly MlflowRun[]> {
    const filter = value === null ? `tags.\`${tag}\` LIKE '%'` : `tags.\`${tag}\` = '${value}'`;
    const query = { experiment_ids: [experiment], filter, run_view_type: 'ALL', max_results: RUNS_PAGE };
    for (let token: string | undefined = ''; token !== undefined;) {
      const page: z.infer<typeof searchSchema> = await this.post(
        'runs/search',
        token === '' ? query : { ...query, page_token: token },
        searchSchema,
      );
      yield page.runs.map(toRun);
      token = page.next_page_token;
    }
  }

  /** Every point of one metric. */
  async history(run: string, key: string): Promise<readonly MlflowPoint[]> {
    const points: MlflowPoint[] = [];
    const query = `run_id=${encodeURIComponent(run)}&metric_key=${encodeURIComponent(key)}&max_results=${HISTORY_PAGE}`;
    for (let token: string | undefined = ''; token !== undefined;) {
      const more: string = token === '' ? '' : `&page_token=${encodeURIComponent(token)}`;
      const path = `${ROOT}/metrics/get-history?${query}${more}`;
      const page: z.infer<typeof historySchema> = await this.http.json({ method: 'GET', path }, historySchema);
      points.push(...page.metrics);
      token = page.next_page_token === '' ? undefined : page.next_page_token;
    }
    return points;
  }

  /** In as many batches as MLflow's limits ask for, one after the other. */
  async log(run: string, facts: RunFacts): Promise<void> {
    for (const batch of batchesOf(run, facts)) await this.post('runs/log-batch', batch, nothing);
  }

  async deleteTag(run: string, key: string): Promise<void> {
    await this.post('runs/delete-tag', { run_id: run, key }, nothing);
  }

  /** The same input again changes nothing. */
  async logInputs(run: string, inputs: readonly MlflowInput[]): Promise<void> {
    const datasets = inputs.map(({ name, digest, sourceType, source, profile, context }) => ({
      dataset: { name, digest, source_type: sourceType, source, profile },
      tags: [{ key: 'mlflow.data.context', value: context }],
    }));
    await this.post('runs/log-inputs', { run_id: run, datasets }, nothing);
  }

  private post<Schema extends z.ZodType>(call: string, json: unknown, schema: Schema): Promise<z.infer<Schema>> {
    return this.http.json({ method: 'POST', path: `${ROOT}/${call}`, json }, schema);
  }
}

function nullIfAbsent(error: unknown): null {
  if (error instanceof MlflowNotFoundError) return null;
  throw error;
}

function asPairs(tags: Readonly<Record<string, string>>): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function toRun({ info, data, inputs }: z.infer<typeof runSchema>): MlflowRun {
  return {
    id: info.run_id,
    experiment: info.experiment_id,
    name: info.run_name,
    status: info.status,
    startTime: info.start_time,
    endTime: info.end_time ?? null,
    isDeleted: info.lifecycle_stage === 'deleted',
    params: data.params,
    tags: data.tags,
    latest: new Map(data.metrics.map((point) => [point.key, point])),
    inputs: inputs.dataset_inputs,
  };
}
