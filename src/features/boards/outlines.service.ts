import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database } from '#platform/database/database.ts';
import { sql } from '#platform/database/sql.ts';
import { outlineOf, type Outline, type OutlinedTrial } from './domain/outline.ts';
import { Recent } from './recent.ts';

/** Revisions that are looked at by turns. */
const KEPT = 20;

interface TrialRow {
  readonly id: string;
  readonly arm: string;
  readonly dataset: string;
  readonly train_seed: number | null;
  readonly profile_seed: number | null;
}

interface StepRow {
  readonly trial: string;
  readonly stage: string;
  readonly kind: string;
}

/** Reads what of a revision never changes, once. */
export class OutlinesService {
  private readonly known = new Recent<string, Promise<Outline>>(KEPT);

  constructor(private readonly database: Database) {}

  of(revision: Revision): Promise<Outline> {
    return this.known.get(revision.id, () => this.read(revision));
  }

  private async read(revision: Revision): Promise<Outline> {
    const { id } = revision;
    const trials = await this.database.select<TrialRow>(
      sql`SELECT id, arm, dataset, train_seed, profile_seed FROM trials WHERE revision_id = ${id} ORDER BY position`,
    );
    // Trials of one arm have the same settings.
    const settings = await this.database.select<{ readonly arm: string; readonly settings: string }>(
      sql`SELECT arm, settings FROM trials WHERE revision_id = ${id} AND position IN
        (SELECT MIN(position) FROM trials WHERE revision_id = ${id} GROUP BY arm)`,
    );
    const steps = await this.database.select<StepRow>(
      sql`SELECT link.trial_id AS trial, link.stage_key AS stage, stage.kind AS kind
        FROM trials AS trial JOIN trial_stages AS link ON link.trial_id = trial.id JOIN stages AS stage ON stage.key = link.stage_key
        WHERE trial.revision_id = ${id} ORDER BY trial.position, link.position`,
    );
    const settingsOf = new Map(settings.map((row) => [row.arm, JSON.parse(row.settings) as JsonObject]));
    return outlineOf(revision, ...placed(trials, steps), settingsOf);
  }
}

function placed(rows: readonly TrialRow[], steps: readonly StepRow[]) {
  const places = new Map<string, number>();
  const stages: { readonly key: string; readonly kind: string }[] = [];
  const stepsOf = new Map<string, number[]>(rows.map(({ id }) => [id, []]));
  for (const { trial, stage, kind } of steps) {
    let place = places.get(stage);
    if (place === undefined) {
      place = stages.push({ key: stage, kind }) - 1;
      places.set(stage, place);
    }
    stepsOf.get(trial)?.push(place);
  }
  const trials = rows.map(({ id, arm, dataset, train_seed: train, profile_seed: profile }): OutlinedTrial => {
    return { id, arm, dataset, seeds: { train, profile }, steps: stepsOf.get(id) ?? [] };
  });
  return [trials, stages] as const;
}
