import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface ArtifactRow {
  hash: string;
  bytes: number;
  createdAt: Date;
}

export const artifactEntity = new EntitySchema<ArtifactRow>({
  name: 'artifact',
  tableName: 'artifacts',
  columns: {
    hash: { ...columns.key, primary: true },
    bytes: columns.bigInteger,
    createdAt: columns.instant,
  },
});

/** Who keeps an artifact, and under what name. */
export interface ArtifactLinkRow {
  ownerKind: string;
  ownerId: string;
  name: string;
  hash: string;
}

export const artifactLinkEntity = new EntitySchema<ArtifactLinkRow>({
  name: 'artifact-link',
  tableName: 'artifact_links',
  columns: {
    ownerKind: { ...columns.word, primary: true },
    ownerId: { ...columns.key, primary: true },
    name: { ...columns.key, primary: true },
    hash: columns.key,
  },
  indices: [{ name: 'artifact_links_by_hash', columns: ['hash'] }],
  foreignKeys: [{ target: 'artifact', columnNames: ['hash'], referencedColumnNames: ['hash'] }],
});
