import { IsNull, Not } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import { contentHash } from '#kernel/content-hash.ts';
import type { Database } from '#platform/database/database.ts';
import type { Subject, SubjectKind } from './domain/run.ts';
import { mirrorEntity, mirroredRunEntity, type MirroredRunRow } from './persistence/mirror.entity.ts';

/** A run of a server that is one of ours. */
export interface MirroredRun {
  readonly subject: Subject;
  readonly experiment: string;
  readonly run: string;
  readonly told: string;
  readonly hasEnded: boolean;
  /** Why it is told nothing more, until it is repaired; `null` for most. */
  readonly problem: string | null;
}

/** How far a server has been told. */
export interface MirrorStanding {
  readonly mirroredThrough: number;
  readonly problem: string | null;
  readonly problemSince: Date | null;
  readonly mirroredAt: Date | null;
}

/** What our rows know of one server: how far it was told, and which of its runs is which of ours. */
export class MirrorLedger {
  readonly server: string;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly url: string,
  ) {
    this.server = contentHash(`mlflow ${url}`);
  }

  /** Of a server that was never told anything: from the beginning. */
  async standing(): Promise<MirrorStanding> {
    const found = await this.database.read((rows) => rows.findOne(mirrorEntity, { where: { server: this.server } }));
    const { mirroredThrough = 0, problem = null, problemSince = null, mirroredAt = null } = found ?? {};
    return { mirroredThrough, problem, problemSince, mirroredAt };
  }

  /** A server that is named for the first time is to be told everything. */
  async begin(): Promise<void> {
    const { server, url } = this;
    const first = { server, url, mirroredThrough: 0, problem: null, problemSince: null, mirroredAt: null };
    await this.database.transaction((rows) =>
      rows.createQueryBuilder().insert().into(mirrorEntity).values(first).orIgnore().updateEntity(false).execute(),
    );
  }

  /** Of two who mirror at once only one goes on from the same place. @returns whether it is this one */
  async advance(from: number, to: number): Promise<boolean> {
    const { server } = this;
    const told = { mirroredThrough: to, mirroredAt: this.clock.now(), problem: null, problemSince: null };
    const { affected } = await this.database.transaction((rows) =>
      rows.update(mirrorEntity, { server, mirroredThrough: from }, told),
    );
    return affected === 1;
  }

  /** Keeps since when nothing goes on. @param problem `null` when it does again */
  async note(problem: string | null): Promise<void> {
    const { server } = this;
    const problemSince = problem === null ? null : this.clock.now();
    await this.database.transaction(async (rows) => {
      if (problem !== null) await rows.update(mirrorEntity, { server, problem: IsNull() }, { problemSince });
      const cleared = problem === null ? { problemSince } : {};
      await rows.update(mirrorEntity, { server }, { problem, ...cleared });
    });
  }

  async find({ kind: subjectKind, id: subjectId }: Subject): Promise<MirroredRun | null> {
    const where = { server: this.server, subjectKind, subjectId };
    const found = await this.database.read((rows) => rows.findOne(mirroredRunEntity, { where }));
    return found === null ? null : toMirroredRun(found);
  }

  async keep({ subject, experiment, run, told, hasEnded, problem }: MirroredRun): Promise<void> {
    const key = { server: this.server, subjectKind: subject.kind, subjectId: subject.id };
    const row: MirroredRunRow = { ...key, experimentId: experiment, runId: run, told, hasEnded, problem };
    await this.database.transaction((rows) => rows.upsert(mirroredRunEntity, row, Object.keys(key)));
  }

  /** Those that go on there. */
  async open(): Promise<readonly MirroredRun[]> {
    const where = { server: this.server, hasEnded: false, problem: IsNull() };
    return (await this.database.read((rows) => rows.find(mirroredRunEntity, { where }))).map(toMirroredRun);
  }

  /** Those that wait for a repair. */
  async broken(): Promise<readonly MirroredRun[]> {
    const where = { server: this.server, problem: Not(IsNull()) };
    return (await this.database.read((rows) => rows.find(mirroredRunEntity, { where }))).map(toMirroredRun);
  }
}

function toMirroredRun(row: MirroredRunRow): MirroredRun {
  return {
    subject: { kind: row.subjectKind as SubjectKind, id: row.subjectId },
    experiment: row.experimentId,
    run: row.runId,
    told: row.told,
    hasEnded: row.hasEnded,
    problem: row.problem,
  };
}
