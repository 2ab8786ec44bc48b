import { In, Like, type FindOptionsWhere } from 'typeorm';
import type { Clock } from '#kernel/clock.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import {
  DamagedObjectError,
  type FolderObjectStore,
  type StoredObject,
} from '#platform/object-store/folder-object-store.ts';
import { StoreInventory } from '#platform/object-store/store-inventory.ts';
import { AmbiguousHashError, ArtifactNotFoundError, type Artifact, type OwnerKind } from './domain/artifact.ts';
import { artifactEntity, artifactLinkEntity, type ArtifactLinkRow } from './persistence/artifact.entity.ts';

export interface DamagedArtifact extends Artifact {
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What a stage made can be made again; what was imported only the user has. */
const REMEDIES: Readonly<Record<OwnerKind, string>> = {
  stage: '`sprintlab artifacts verify --repair` has the stage run again',
  execution: 'nothing depends on a log; it can be let go',
  dataset: 'import or generate the data set again: the same contents take its place',
};

/** Which artifacts there are, who made them, and whether their bytes are still good. */
export class ArtifactsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    readonly store: FolderObjectStore,
  ) {}

  /**
   * Records what an owner made, within the transaction that makes it a fact. It replaces what the owner had before: those
   * hashes are returned, for `discardUnlinked` after the transaction.
   */
  async link(
    rows: Rows,
    owner: Artifact['owner'],
    objects: Readonly<Record<string, StoredObject>>,
  ): Promise<readonly ContentHash[]> {
    const createdAt = this.clock.now();
    const before = await findLinks(rows, { ownerKind: owner.kind, ownerId: owner.id });
    await rows.delete(artifactLinkEntity, { ownerKind: owner.kind, ownerId: owner.id });
    for (const [name, { hash, bytes }] of Object.entries(objects)) {
      await rows
        .createQueryBuilder()
        .insert()
        .into(artifactEntity)
        .values({ hash, bytes, createdAt })
        .orIgnore()
        .execute();
      await rows.insert(artifactLinkEntity, { ownerKind: owner.kind, ownerId: owner.id, name, hash });
    }
    return before.map(({ hash }) => hash);
  }

  async unlink(rows: Rows, owner: Artifact['owner']): Promise<void> {
    await rows.delete(artifactLinkEntity, { ownerKind: owner.kind, ownerId: owner.id });
  }

  /**
   * Removes objects that nobody recorded: what was written for a fact that was refused. Whoever records the same bytes
   * must adopt them while he holds other writers, or they could be gone before his transaction ends.
   */
  async discardUnrecorded(objects: readonly StoredObject[]): Promise<void> {
    await this.database.transaction(async (rows) => {
      await this.database.holdOtherWriters(rows);
      for (const { hash } of objects) {
        if (!(await rows.existsBy(artifactEntity, { hash }))) await this.store.remove(hash);
      }
    });
  }

  /** Forgets and removes those of the artifacts that nobody keeps any more, such as the checkpoint before the last. */
  async discardUnlinked(hashes: readonly ContentHash[]): Promise<void> {
    if (hashes.length === 0) return;
    const unused = await this.database.transaction(async (rows) => {
      await this.database.holdOtherWriters(rows);
      const linked = await inBatches(hashes, (batch) => rows.find(artifactLinkEntity, { where: { hash: In(batch) } }));
      const kept = new Set(linked.map(({ hash }) => hash));
      const dropped = hashes.filter((hash) => !kept.has(hash));
      for (const hash of dropped) await rows.delete(artifactEntity, { hash });
      return dropped;
    });
    // After the rows: an object without a row is waste, a row without its object would be damage.
    for (const hash of unused) await this.store.remove(hash);
  }

  /** The artifacts of some owners of one kind, by name. */
  of(kind: OwnerKind, ids: readonly string[]): Promise<readonly Artifact[]> {
    return this.database.read((rows) => findLinks(rows, { ownerKind: kind, ownerId: In([...ids]) }));
  }

  list(): Promise<readonly Artifact[]> {
    return this.database.read((rows) => findLinks(rows, {}));
  }

  /** Those of some owners that have artifacts, within the transaction of who asks. */
  async ownersAmong(rows: Rows, kind: OwnerKind, ids: readonly string[]): Promise<readonly string[]> {
    const links = await inBatches(ids, (batch) =>
      rows.find(artifactLinkEntity, { where: { ownerKind: kind, ownerId: In(batch) } }),
    );
    return [...new Set(links.map(({ ownerId }) => ownerId))];
  }

  /** Everybody who keeps the same bytes, and under what name. */
  keepersOf(hash: ContentHash): Promise<readonly Artifact[]> {
    return this.database.read((rows) => findLinks(rows, { hash }));
  }

  /** Objects in the store that no row knows: waste, or about to be recorded. */
  async orphans(): Promise<readonly StoredObject[]> {
    // What is recorded after the objects were looked through is in the rows, and what comes after is not among them.
    const objects = await new StoreInventory(this.store).objects();
    const recorded = await this.database.read((rows) => rows.find(artifactEntity, { select: { hash: true } }));
    const known = new Set(recorded.map(({ hash }) => hash));
    return objects.filter(({ hash }) => !known.has(hash)).map(({ hash, bytes }) => ({ hash, bytes }));
  }

  /** @throws ArtifactNotFoundError, AmbiguousHashError for the beginning of a hash that none or several have. */
  async get(hashPrefix: string): Promise<Artifact> {
    const isHash = /^[0-9a-f]{4,64}$/.test(hashPrefix);
    const found = isHash ? await this.database.read((rows) => findLinks(rows, { hash: Like(`${hashPrefix}%`) })) : [];
    const hashes = new Set(found.map(({ hash }) => hash));
    if (hashes.size > 1) throw new AmbiguousHashError(hashPrefix, hashes.size);
    const [first] = found;
    if (first === undefined) throw new ArtifactNotFoundError(hashPrefix);
    return first;
  }

  read(hash: ContentHash): Promise<Uint8Array> {
    return this.store.read(hash);
  }

  /** Reads every artifact and says which are missing or changed. */
  async verify(onProgress: (done: number, total: number) => void): Promise<readonly DamagedArtifact[]> {
    const artifacts = await this.list();
    const problems = new Map<ContentHash, string | null>();
    const damaged: DamagedArtifact[] = [];
    for (const [index, artifact] of artifacts.entries()) {
      if (!problems.has(artifact.hash)) problems.set(artifact.hash, await this.problemOf(artifact.hash));
      const problem = problems.get(artifact.hash) ?? null;
      if (problem !== null) damaged.push({ ...artifact, problem, remedy: REMEDIES[artifact.owner.kind] });
      onProgress(index + 1, artifacts.length);
    }
    return damaged;
  }

  private async problemOf(hash: ContentHash): Promise<string | null> {
    try {
      await this.store.verify(hash);
      return null;
    } catch (error) {
      if (error instanceof DamagedObjectError) return error.problem;
      throw error;
    }
  }
}

interface JoinedLink extends Omit<ArtifactLinkRow, 'ownerKind' | 'hash'> {
  readonly ownerKind: OwnerKind;
  readonly hash: ContentHash;
  /** Postgres gives 64-bit integers as text. */
  readonly bytes: number | string;
}

async function findLinks(rows: Rows, where: FindOptionsWhere<ArtifactLinkRow>): Promise<Artifact[]> {
  const links = await rows
    .createQueryBuilder(artifactLinkEntity, 'link')
    .innerJoin('artifact', 'artifact', 'artifact.hash = link.hash')
    .select('link.ownerKind', 'ownerKind')
    .addSelect('link.ownerId', 'ownerId')
    .addSelect('link.name', 'name')
    .addSelect('link.hash', 'hash')
    .addSelect('artifact.bytes', 'bytes')
    .setFindOptions({ where })
    .orderBy({ 'link.ownerKind': 'ASC', 'link.ownerId': 'ASC', 'link.name': 'ASC' })
    .getRawMany<JoinedLink>();
  return links.map(({ ownerKind, ownerId, name, hash, bytes }) => ({
    hash,
    bytes: Number(bytes),
    name,
    owner: { kind: ownerKind, id: ownerId },
  }));
}
