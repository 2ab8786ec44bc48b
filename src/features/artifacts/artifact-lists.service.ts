import type { Clock } from '#kernel/clock.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import type { ListQuery } from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Database } from '#platform/database/database.ts';
import { sql, raw } from '#platform/database/sql.ts';
import { column, type SqlField } from '#platform/database/sql-filter.ts';
import { selectPage, type SqlList } from '#platform/database/sql-list.ts';
import type { ArtifactAnswer } from './http/artifacts.schema.ts';

/** Postgres gives 64-bit numbers, and so counts, as text. */
interface ArtifactRow {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly bytes: number | string;
  readonly owner_kind: ArtifactAnswer['ownerKind'];
  readonly owner_id: string;
  readonly keepers: number | string;
}

const ID = `(link.owner_kind || '/' || link.owner_id || '/' || link.name)`;
const KEEPERS = `(SELECT COUNT(*) FROM (SELECT DISTINCT o.owner_kind, o.owner_id FROM artifact_links o WHERE o.hash = link.hash) owners)`;

const FIELDS = fieldsNamed<SqlField>({
  id: column('text', ID),
  name: column('text', 'link.name'),
  hash: column('text', 'link.hash'),
  bytes: column('number', 'artifact.bytes'),
  ownerKind: column('text', 'link.owner_kind', ['dataset', 'stage', 'execution']),
  owner: column('text', 'link.owner_id'),
  references: column('number', KEEPERS),
});

/** Lists of artifacts, however many there are. */
export class ArtifactListsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Of a trial those of its stages; of a stage its own. @throws InvalidFilterError, InvalidSortError, UnknownCursorError */
  async page(query: ListQuery, of: { readonly trial?: string | undefined; readonly stage?: string | undefined }) {
    const ofTrial =
      of.trial === undefined
        ? sql`1 = 1`
        : sql`link.owner_kind = 'stage' AND link.owner_id IN (SELECT step.stage_key FROM trial_stages AS step WHERE step.trial_id = ${of.trial})`;
    const ofStage =
      of.stage === undefined ? sql`1 = 1` : sql`link.owner_kind = 'stage' AND link.owner_id = ${of.stage}`;
    const list: SqlList = {
      columns: sql`${raw(ID)} AS id, link.name AS name, link.hash AS hash, artifact.bytes AS bytes, link.owner_kind AS owner_kind,
        link.owner_id AS owner_id, ${raw(KEEPERS)} AS keepers`,
      from: sql`artifact_links AS link JOIN artifacts AS artifact ON artifact.hash = link.hash`,
      where: sql`${ofTrial} AND ${ofStage}`,
      fields: FIELDS,
      id: raw(ID),
      sort: 'ownerKind,owner,name',
    };
    const page = await selectPage<ArtifactRow>(this.database, list, { ...query, now: this.clock.now() });
    return { items: page.items.map(toAnswer), next: page.next } satisfies Page<ArtifactAnswer>;
  }
}

function toAnswer(row: ArtifactRow): ArtifactAnswer {
  const { id, name, hash, owner_kind: ownerKind, owner_id: owner } = row;
  return { id, name, hash, bytes: Number(row.bytes), ownerKind, owner, references: Number(row.keepers) };
}
