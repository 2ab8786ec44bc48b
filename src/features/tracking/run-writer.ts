import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import {
  MlflowDeletedError,
  MlflowNotFoundError,
  MlflowParameterConflictError,
  MlflowRefusedError,
} from '#platform/mlflow/mlflow-errors.ts';
import { LIMITS } from '#platform/mlflow/mlflow-limits.ts';
import { DamagedObjectError } from '#platform/object-store/folder-object-store.ts';
import type { MlflowPoint } from '#platform/mlflow/mlflow-point.ts';
import type { Mlflow } from '#platform/mlflow/mlflow.ts';
import { missingPoints, type Expected } from './domain/difference.ts';
import { expectedRun, toldHash, type Relations, type Window } from './domain/expected-run.ts';
import { hasEnded, type Point, type ProjectedFile, type RunProjection, type Subject } from './domain/run.ts';
import type { MirrorLedger, MirroredRun } from './mirror-ledger.ts';
import type { AskedStages } from './profiling-index.ts';
import type { PromptBook } from './prompt-book.ts';
import type { TraceSource } from './trace-source.ts';

export interface RunWriterTools {
  readonly mlflow: Mlflow;
  readonly ledger: MirrorLedger;
  readonly artifacts: ArtifactsService;
  readonly clock: Clock;
  readonly traces: TraceSource;
  readonly prompts: PromptBook;
}

export interface Telling extends Window {
  /** Something before may have reached the server without an answer: what it has is read before anything is sent. */
  readonly isUncertain: boolean;
  /** Whether a run that is new to us may be there: made by a process before this one, or told by another address of the server. */
  readonly mayBeThere: boolean;
}

/** What one run is told in one go. */
interface Told {
  readonly expected: Expected;
  /** Whether something became a fact, though the server may have it already. */
  readonly isMore: boolean;
  readonly points: readonly Point[];
  readonly files: readonly ProjectedFile[];
  readonly hasModel: boolean;
}

/** Tells a server of runs. Whatever is told twice is there once. */
export class RunWriter {
  private readonly experiments = new Map<string, string>();
  private inputsLogged: Promise<void> = Promise.resolve();

  constructor(private readonly tools: RunWriterTools) {}

  /**
   * Tells a run what of it became a fact within a window. A run that the server refuses is set aside, with the reason, and
   * holds up nobody.
   * @throws MlflowUnavailableError and whatever else is wrong with the whole server
   */
  async tell(run: RunProjection, telling: Telling, asked: AskedStages): Promise<void> {
    const known = await this.tools.ledger.find(run.subject);
    if (known !== null && known.problem !== null) return;
    try {
      const { mirrored, isNew } = known === null ? await this.begin(run, telling) : { mirrored: known, isNew: false };
      await this.write(run, mirrored, isNew ? { ...telling, after: 0 } : telling, asked);
    } catch (error) {
      if (!isAboutOneRun(error)) throw error;
      const unmade = { subject: run.subject, experiment: '', run: '', told: '', hasEnded: false };
      const now = await this.tools.ledger.find(run.subject);
      await this.tools.ledger.keep({ ...(now ?? unmade), problem: error.message });
    }
  }

  /** What a server should hold of a run by now. */
  async expected(run: RunProjection, window: Window): Promise<Expected> {
    return expectedRun(run, await this.relationsOf(run), window, LIMITS);
  }

  /** Its experiment there, made or restored where needed. */
  async experimentOf(
    { experiment, question }: Pick<RunProjection, 'experiment' | 'question'>,
    restores = false,
  ): Promise<string> {
    const known = this.experiments.get(experiment);
    if (known !== undefined) return known;
    const { runs } = this.tools.mlflow;
    const note = { 'mlflow.note.content': question, 'mlflow.experimentKind': 'custom_model_development' };
    const found =
      (await runs.findExperiment(experiment)) ??
      (await runs.makeExperiment(experiment, { ...note, 'sprintlab.experiment': experiment }));
    if (found.isDeleted) {
      if (!restores) throw new MlflowDeletedError('experiment');
      await runs.restoreExperiment(found.id);
    }
    this.experiments.set(experiment, found.id);
    return found.id;
  }

  /** The run of a server with the tag of ours, the oldest of several; `null` where there is none. */
  async findByTag(
    experiment: string,
    tagId: string,
  ): Promise<{ readonly id: string; readonly isDeleted: boolean } | null> {
    for await (const page of this.tools.mlflow.runs.withTag(experiment, 'sprintlab.id', tagId)) {
      const [first] = [...page].sort((one, other) => Number(one.isDeleted) - Number(other.isDeleted));
      if (first !== undefined) return first;
    }
    return null;
  }

  /** @returns the id of a new run, which says already whose it is */
  async create(run: RunProjection, experiment: string): Promise<string> {
    const { tags } = await this.expected(run, { after: 0, through: 0 });
    return this.tools.mlflow.runs.create({ experiment, name: run.name, startTime: run.startMs, tags });
  }

  /** Ends a run of which our rows know nothing any more. */
  async end(mirrored: MirroredRun): Promise<void> {
    try {
      const { runs } = this.tools.mlflow;
      const held = await runs.find(mirrored.run);
      const endTime = this.tools.clock.now().getTime();
      if (held?.isDeleted === false) await runs.update(mirrored.run, { status: 'KILLED', name: held.name, endTime });
    } catch (error) {
      if (!isAboutOneRun(error)) throw error;
    }
    await this.tools.ledger.keep({ ...mirrored, hasEnded: true });
  }

  /** Takes back what a run says in our name and is true no more. */
  async dropStaleTags(run: string, { tags }: Pick<Expected, 'tags'>): Promise<void> {
    const held = await this.tools.mlflow.runs.find(run);
    const stale = [...(held?.tags.keys() ?? [])].filter((tag) => tag.startsWith('sprintlab.') && !(tag in tags));
    for (const tag of stale) await this.tools.mlflow.runs.deleteTag(run, tag);
  }

  private async begin(run: RunProjection, { mayBeThere }: Telling): Promise<{ mirrored: MirroredRun; isNew: boolean }> {
    const experiment = await this.experimentOf(run);
    const found = mayBeThere ? await this.findByTag(experiment, run.tagId) : null;
    if (found?.isDeleted === true) throw new MlflowDeletedError('run');
    const made = found?.id ?? (await this.create(run, experiment));
    const mirrored = { subject: run.subject, experiment, run: made, told: '', hasEnded: false, problem: null };
    await this.tools.ledger.keep(mirrored);
    return { mirrored, isNew: true };
  }

  private async write(run: RunProjection, mirrored: MirroredRun, telling: Telling, asked: AskedStages): Promise<void> {
    const told = await this.toldOf(run, mirrored, telling);
    const hash = toldHash(told.expected);
    const isMore = told.isMore || asked.stages.length > 0;
    const isChanged = hash !== mirrored.told;
    if (!isMore && !isChanged) return;
    const { runs } = this.tools.mlflow;
    const { name, status, endMs } = told.expected;
    const isOpened = mirrored.hasEnded && isMore;
    if (isOpened) await runs.update(mirrored.run, { status: 'RUNNING', name, endTime: null });
    await this.sendFacts(mirrored, told, isChanged);
    await this.sendFiles(run, mirrored, told);
    await this.sendTraces(run.tagId, mirrored, asked);
    if (isChanged || isOpened) await runs.update(mirrored.run, { status, name, endTime: endMs });
    if (isChanged) await this.tools.ledger.keep({ ...mirrored, told: hash, hasEnded: hasEnded(status) });
  }

  private async sendFacts(mirrored: MirroredRun, { points, expected }: Told, isChanged: boolean): Promise<void> {
    const { run, told } = mirrored;
    const { params, tags, inputs } = expected;
    const ofItself = isChanged ? { params, tags } : {};
    await this.tools.mlflow.runs.log(run, { points: points.map(toMlflowPoint), ...ofItself });
    if (isChanged && hasOldReasons(mirrored)) await this.dropStaleTags(run, expected);
    if (told === '' && inputs.length > 0) await this.logInputs(run, inputs);
  }

  /** One after another: of two runs that are told of the same new input at once, MLflow fails one. */
  private logInputs(run: string, inputs: Expected['inputs']): Promise<void> {
    const logged = this.inputsLogged.then(() => this.tools.mlflow.runs.logInputs(run, inputs));
    this.inputsLogged = logged.catch(() => undefined);
    return logged;
  }

  private async toldOf(run: RunProjection, mirrored: MirroredRun, telling: Telling): Promise<Told> {
    const { after, isUncertain } = telling;
    const expected = await this.expected(run, telling);
    const points = expected.points.filter(({ fact }) => fact > after);
    const files = expected.files.filter(({ fact }) => fact > after);
    const hasModel = expected.hasModel && (run.model?.fact ?? 0) > after;
    return {
      ...{ expected, files, hasModel },
      isMore: hasModel || points.length + files.length > 0,
      points: isUncertain ? await this.missing(mirrored.run, points) : points,
    };
  }

  /** Those of some points that a run does not have. */
  private async missing(run: string, points: readonly Point[]): Promise<readonly Point[]> {
    const held = points.length === 0 ? null : await this.tools.mlflow.runs.find(run);
    if (held === null) return points;
    const keys = [...new Set(points.map(({ key }) => key))].filter((key) => held.latest.has(key));
    const there: MlflowPoint[] = [];
    for (const key of keys) there.push(...(await this.tools.mlflow.runs.history(run, key)));
    return missingPoints(points, there);
  }

  private async sendFiles(
    { model }: RunProjection,
    { run, experiment }: MirroredRun,
    { files, hasModel }: Told,
  ): Promise<void> {
    const { artifacts, mlflow } = this.tools;
    for (const { path, content } of files) {
      const bytes =
        'text' in content ? new TextEncoder().encode(content.text) : await artifacts.read(content.hash as ContentHash);
      await mlflow.artifacts.put({ run, experiment }, path, bytes);
    }
    if (!hasModel || model === null) return;
    const bytes = await artifacts.read(model.hash as ContentHash);
    await mlflow.models.log(experiment, run, { bytes, madeAt: model.madeAt });
  }

  private async sendTraces(
    tagId: string,
    { run, experiment }: MirroredRun,
    { members, stages }: AskedStages,
  ): Promise<void> {
    const { mlflow, prompts, traces } = this.tools;
    for (const stage of stages) {
      for await (const portion of traces.of(tagId, members, stage.key)) {
        await mlflow.traces.send(experiment, run, await prompts.linked(stage, portion));
      }
    }
  }

  private async relationsOf({ parent, profiling }: RunProjection): Promise<Relations> {
    return { parent: await this.runOf(parent), profiling: await this.runOf(profiling) };
  }

  private async runOf(subject: Subject | null): Promise<string | null> {
    if (subject === null) return null;
    const found = await this.tools.ledger.find(subject);
    return found === null || found.run === '' ? null : found.run;
  }
}

/** What goes on after an end, or a pause, may still say why it had ended, or was paused. */
function hasOldReasons({ subject, told, hasEnded: hadEnded }: MirroredRun): boolean {
  return hadEnded || (subject.kind === 'submission' && told !== '');
}

function toMlflowPoint({ key, value, timestamp, step }: Point): MlflowPoint {
  return { key, value, timestamp, step };
}

type OneRunError =
  DamagedObjectError | MlflowDeletedError | MlflowNotFoundError | MlflowParameterConflictError | MlflowRefusedError;

function isAboutOneRun(error: unknown): error is OneRunError {
  return ABOUT_ONE_RUN.some((kind) => error instanceof kind);
}

/** A file of ours that is damaged holds up nobody else either. */
const ABOUT_ONE_RUN = [
  DamagedObjectError,
  MlflowDeletedError,
  MlflowNotFoundError,
  MlflowParameterConflictError,
  MlflowRefusedError,
];
