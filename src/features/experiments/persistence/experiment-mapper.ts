import type { Manifest } from '../domain/manifest-schema.ts';
import type { Revision } from '../domain/experiment.ts';
import type { RevisionRow } from './experiment.entity.ts';

export function toRevision(row: RevisionRow): Revision {
  return {
    id: row.id,
    experiment: row.experiment,
    number: row.number,
    manifest: JSON.parse(row.manifest) as Manifest,
    source: row.source,
    createdAt: row.createdAt,
  };
}

export function toRevisionRow(revision: Revision): RevisionRow {
  return {
    id: revision.id,
    experiment: revision.experiment,
    number: revision.number,
    manifest: JSON.stringify(revision.manifest),
    source: revision.source,
    createdAt: revision.createdAt,
  };
}
