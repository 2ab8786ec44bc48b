import type { EventsService } from '#features/events/events.service.ts';
import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { Clock } from '#kernel/clock.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import {
  ExperimentNotFoundError,
  parseExperimentReference,
  RevisionNotFoundError,
  type Experiment,
  type Revision,
} from './domain/experiment.ts';
import type { Manifest } from './domain/manifest-schema.ts';
import type { PlannedExperiment } from './domain/plan.ts';
import { toRevision, toRevisionRow } from './persistence/experiment-mapper.ts';
import { experimentEntity, revisionEntity } from './persistence/experiment.entity.ts';

/** Experiments and their revisions. */
export class ExperimentsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: EventsService,
  ) {}

  async list(): Promise<readonly Experiment[]> {
    return this.database.read((rows) => rows.find(experimentEntity, { order: { name: 'ASC' } }));
  }

  /** Oldest first. @throws ExperimentNotFoundError */
  async revisionsOf(name: string): Promise<readonly [Revision, ...Revision[]]> {
    const [first, ...others] = await this.database.read((rows) =>
      rows.find(revisionEntity, { where: { experiment: name }, order: { number: 'ASC' } }),
    );
    if (first !== undefined) return [toRevision(first), ...others.map(toRevision)];
    const known = (await this.list()).map((experiment) => experiment.name);
    throw new ExperimentNotFoundError(name, known, nearestWord(name, known));
  }

  /**
   * The revisions that a reference may mean, the one to prefer first: of `NAME@REVISION` that one, of `NAME` the newest before
   * the older.
   * @throws ExperimentNotFoundError, RevisionNotFoundError
   */
  async findRevisions(reference: string): Promise<readonly [Revision, ...Revision[]]> {
    const { name, revision: asked } = parseExperimentReference(reference);
    const revisions = await this.revisionsOf(name);
    const [newest, ...older] = [...revisions].reverse();
    if (asked === null) return [newest ?? revisions[0], ...older];
    const found = revisions.find(({ number }) => String(number) === asked);
    if (found === undefined) throw new RevisionNotFoundError(name, asked, revisions.length);
    return [found];
  }

  /** A revision that a row refers to. */
  revisionById(id: string): Promise<Revision> {
    return this.database.read((rows) => this.revisionIn(rows, id));
  }

  /** The same within a transaction. */
  async revisionIn(rows: Rows, id: string): Promise<Revision> {
    return toRevision(await rows.findOneOrFail(revisionEntity, { where: { id } }));
  }

  /** The revision of a plan, recorded if it is new, within the transaction of who asks for it. */
  async revise(
    rows: Rows,
    { manifest, source }: PlannedExperiment,
    stages: readonly PlannedStage[],
  ): Promise<{ readonly revision: Revision; readonly isNew: boolean }> {
    const id = revisionId(manifest, stages);
    const known = await rows.findOne(revisionEntity, { where: { id } });
    if (known !== null) return { revision: toRevision(known), isNew: false };
    const { name } = manifest;
    const createdAt = this.clock.now();
    await rows.createQueryBuilder().insert().into(experimentEntity).values({ name, createdAt }).orIgnore().execute();
    const number = (await rows.count(revisionEntity, { where: { experiment: name } })) + 1;
    const revision: Revision = { id, experiment: name, number, manifest, source, createdAt };
    await rows.insert(revisionEntity, toRevisionRow(revision));
    return { revision, isNew: true };
  }

  /** Forgets an experiment with its revisions, submissions and trials. Stages stay, for others share them. */
  async delete(name: string): Promise<void> {
    await this.revisionsOf(name);
    await this.database.transaction(async (rows) => {
      await rows.delete(experimentEntity, { name });
      await this.events.append(rows, [{ kind: 'deleted', subject: { kind: 'experiment', id: name }, payload: {} }]);
    });
  }
}

/** The name is in the manifest, so two experiments never share a revision. */
function revisionId(manifest: Manifest, stages: readonly PlannedStage[]): string {
  const written = JSON.parse(JSON.stringify(manifest)) as JsonValue;
  return contentHash(canonicalJson({ manifest: written, stages: stages.map(({ key }) => key) }));
}
