import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database } from '#platform/database/database.ts';
import { keyList } from '#platform/database/key-list.ts';
import { sql } from '#platform/database/sql.ts';
import { outlineOf, type Outline, type OutlinedTrial } from './domain/outline.ts';
import { Recent } from '#kernel/recent.ts';

/** Revisions that are looked at by turns. */
const KEPT = 20;

interface TrialRow {
  readonly id: string;
  readonly arm: string;
  readonly dataset: string;
  readonly train_seed: number | null;
  readonly profile_seed: number | null;
}

interface StepsRow {
  readonly trial: string;
  /** Keys, with commas between them. */
  readonly stages: string;
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
    const { steps, kinds } = await this.stepsOf(id);
    const settingsOf = new Map(settings.map((row) => [row.arm, JSON.parse(row.settings) as JsonObject]));
    return outlineOf(revision, ...placed(trials, steps, kinds), settingsOf);
  }

  /** A row a trial, since rows take longer than what is in them. */
  private async stepsOf(revision: string) {
    const keys = this.database.engine === 'sqlite' ? SQLITE_KEYS : POSTGRES_KEYS;
    const steps = await this.database.select<StepsRow>(
      sql`SELECT step.trial AS trial, ${keys} AS stages FROM (SELECT link.trial_id AS trial, link.stage_key AS stage, link.position AS position
        FROM trials AS trial JOIN trial_stages AS link ON link.trial_id = trial.id
        WHERE trial.revision_id = ${revision} ORDER BY link.trial_id, link.position) AS step GROUP BY step.trial`,
    );
    const found = new Map(steps.map(({ trial, stages }) => [trial, stages.split(',')]));
    const distinct = [...new Set([...found.values()].flat())];
    const kinds = await this.database.select<{ readonly key: string; readonly kind: string }>(
      sql`SELECT key, kind FROM stages WHERE key IN (${keyList(this.database.engine, distinct)})`,
    );
    return { steps: found, kinds: new Map(kinds.map(({ key, kind }) => [key, kind])) };
  }
}

/** SQLite takes rows in the order of the query within; Postgres promises none but that which it is told. */
const SQLITE_KEYS = sql`GROUP_CONCAT(step.stage)`;
const POSTGRES_KEYS = sql`STRING_AGG(step.stage, ',' ORDER BY step.position)`;

function placed(
  rows: readonly TrialRow[],
  stepsOf: ReadonlyMap<string, readonly string[]>,
  kinds: ReadonlyMap<string, string>,
) {
  const places = new Map<string, number>();
  const stages: { readonly key: string; readonly kind: string }[] = [];
  const placeOf = (key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = stages.push({ key, kind: kinds.get(key) ?? '' }) - 1;
    places.set(key, place);
    return place;
  };
  const trials = rows.map(({ id, arm, dataset, train_seed: train, profile_seed: profile }): OutlinedTrial => {
    return { id, arm, dataset, seeds: { train, profile }, steps: (stepsOf.get(id) ?? []).map(placeOf) };
  });
  return [trials, stages] as const;
}
