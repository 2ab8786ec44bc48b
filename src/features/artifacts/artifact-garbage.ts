import { In } from 'typeorm';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { Rows } from '#platform/database/database.ts';
import { inBatches } from '#platform/database/in-batches.ts';
import type { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { StoreInventory, type StoredFile, type Workspace } from '#platform/object-store/store-inventory.ts';
import { garbageIn, type Garbage } from './domain/garbage.ts';
import { artifactEntity, artifactLinkEntity } from './persistence/artifact.entity.ts';

/** What lay in the store at one moment. */
export interface StoreSurvey {
  /** In milliseconds since 1970, by the clock that dates the objects. */
  readonly at: number;
  readonly objects: readonly StoredFile[];
  readonly workspaces: readonly Workspace[];
}

export interface GarbageScope {
  /** Objects that came later stay. */
  readonly before: number;
  /** Stages whose artifacts are to be seen as kept by nobody. */
  readonly unwanted: ReadonlySet<string>;
  /** Hashes that somebody is to read, whoever made them: they are kept also without an owner. */
  readonly needed: ReadonlySet<ContentHash>;
}

/** Of the bytes in the store, those that nobody keeps. */
export class ArtifactGarbage {
  private readonly inventory: StoreInventory;

  constructor(store: FolderObjectStore) {
    this.inventory = new StoreInventory(store);
  }

  /** Before the rows are read: what is recorded later is in the rows, and what is adopted later is not in the survey. */
  async survey(): Promise<StoreSurvey> {
    const at = await this.inventory.now();
    const [objects, workspaces] = [await this.inventory.objects(), await this.inventory.abandonedWorkspaces(at)];
    return { at, objects, workspaces };
  }

  /** To be called while other writers are held: they could begin to keep what is found here. */
  async findIn(rows: Rows, survey: StoreSurvey, scope: GarbageScope): Promise<Garbage<StoredFile>> {
    const recorded = await rows.find(artifactEntity, { select: { hash: true } });
    const links = await rows.find(artifactLinkEntity);
    const kept = links.filter(({ ownerKind, ownerId }) => ownerKind !== 'stage' || !scope.unwanted.has(ownerId));
    const hashes = (found: readonly { readonly hash: string }[]): ReadonlySet<ContentHash> =>
      new Set(found.map(({ hash }) => hash as ContentHash));
    const { objects } = survey;
    const state = { objects, recorded: hashes(recorded), kept: new Set([...hashes(kept), ...scope.needed]) };
    return garbageIn(state, scope.before);
  }

  /** Forgets the rows, within the transaction in which they were found to be garbage. */
  async forget(rows: Rows, { rows: hashes }: Pick<Garbage<StoredFile>, 'rows'>): Promise<void> {
    await inBatches(hashes, async (batch) => {
      await rows.delete(artifactEntity, { hash: In(batch) });
      return [];
    });
  }

  /** After the rows: an object without a row is waste, a row without its object would be damage. */
  async remove({ orphans, unkept }: Garbage<StoredFile>, { workspaces }: StoreSurvey): Promise<void> {
    await this.inventory.remove([...orphans, ...unkept]);
    await this.inventory.removeWorkspaces(workspaces);
  }
}
