import { Recent } from '#kernel/recent.ts';
import type { Database } from '#platform/database/database.ts';
import { sql, type Sql } from '#platform/database/sql.ts';
import type { RecordedEvent } from './domain/event.ts';

/** Experiments whose subjects are known at a time. */
const KEPT = 200;

/** Which events are about an experiment: of itself, of its submissions, and of the stages of its trials. */
export class EventScopes {
  private readonly subjects = new Recent<string, Promise<ReadonlySet<string>>>(KEPT);

  constructor(private readonly database: Database) {}

  /** A condition over `event`. */
  where(experiment: string | undefined): Sql {
    if (experiment === undefined) return sql`1 = 1`;
    return sql`((event.subject_kind = 'experiment' AND event.subject_id = ${experiment})
      OR (event.subject_kind = 'submission' AND event.subject_id IN (${submissionsOf(experiment)}))
      OR (event.subject_kind = 'stage' AND event.subject_id IN (${stagesOf(experiment)})))`;
  }

  /** The ids of its subjects, read once for all who follow it. */
  subjectsOf(experiment: string): Promise<ReadonlySet<string>> {
    return this.subjects.get(experiment, () => this.read(experiment));
  }

  /** A submission brings new subjects. */
  hear(events: readonly RecordedEvent[]): void {
    if (events.some(({ kind }) => kind === 'submitted' || kind === 'continued')) this.forget();
  }

  /** For when nobody listens, and a submission would go unheard. */
  forget(): void {
    this.subjects.forget();
  }

  private async read(experiment: string): Promise<ReadonlySet<string>> {
    const found = await this.database.select<{ readonly id: string }>(
      sql`SELECT id FROM (${submissionsOf(experiment)}) AS submissions UNION SELECT id FROM (${stagesOf(experiment)}) AS stages`,
    );
    return new Set([experiment, ...found.map(({ id }) => id)]);
  }
}

function submissionsOf(experiment: string): Sql {
  return sql`SELECT submission.id AS id FROM submissions AS submission
    JOIN revisions AS revision ON revision.id = submission.revision_id WHERE revision.experiment = ${experiment}`;
}

function stagesOf(experiment: string): Sql {
  return sql`SELECT link.stage_key AS id FROM trial_stages AS link JOIN trials AS trial ON trial.id = link.trial_id
    JOIN revisions AS revision ON revision.id = trial.revision_id WHERE revision.experiment = ${experiment}`;
}
