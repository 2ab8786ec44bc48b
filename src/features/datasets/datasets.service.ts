import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { Clock } from '#kernel/clock.ts';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { DomainError, type Place } from '#kernel/domain-error.ts';
import { canonicalJson } from '#kernel/json.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import { parseDatasetName } from './domain/dataset-name.ts';
import type { Dataset, DatasetFiles, DatasetOrigin } from './domain/dataset.ts';
import { importDataset } from './import/import-dataset.ts';
import type { DatasetPaths, ImportedDataset, ImportProgress, ImportRequest } from './import/import-request.ts';
import { toDataset, toDatasetRow } from './persistence/dataset-mapper.ts';
import { datasetEntity } from './persistence/dataset.entity.ts';

export class DatasetNotFoundError extends DomainError<'DATASET_NOT_FOUND'> {
  constructor(name: string, known: readonly string[]) {
    const suggestion = nearestWord(name, known);
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    const all = known.length === 0 ? 'None is registered.' : `There are: ${known.join(', ')}.`;
    super(
      'DATASET_NOT_FOUND',
      `No data set ${JSON.stringify(name)}.${hint} ${all} \`sprintlab datasets import\` adds one.`,
    );
  }
}

export class DatasetExistsError extends DomainError<'DATASET_EXISTS'> {
  constructor(name: string) {
    super(
      'DATASET_EXISTS',
      `Data set ${name} exists already with other contents. Choose another name, or \`sprintlab datasets delete ${name}\` first; results keep the contents they were made from.`,
    );
  }
}

export interface Registration {
  readonly dataset: Dataset;
  /** `false` when the same contents were registered under this name before. */
  readonly isNew: boolean;
  readonly skipped: readonly Place[];
}

/** One line of `items.jsonl`. */
export interface CatalogueItem {
  readonly id: string;
  readonly title: string | null;
  readonly categories: readonly string[];
}

/** The data sets of a home. */
export class DatasetsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly artifacts: ArtifactsService,
    private readonly events: EventsService,
  ) {}

  /** Reads files and registers what they hold; on any mistake nothing is registered and nothing is left behind. */
  import(name: string, request: ImportRequest, onProgress: (progress: ImportProgress) => void): Promise<Registration> {
    const origin = {
      kind: 'imported',
      files: [request.interactions, ...request.items].map(({ path }) => path),
    } as const;
    return this.register(name, origin, (folder) => importDataset(request, folder, onProgress));
  }

  /** Registers what `make` writes into the folder that it is given. */
  register(
    name: string,
    origin: DatasetOrigin,
    make: (folder: string) => Promise<ImportedDataset>,
  ): Promise<Registration> {
    parseDatasetName(name);
    const { store } = this.artifacts;
    return store.withWorkspace(async (folder) => {
      const made = await store.storing(() => make(folder));
      const adopted: StoredObject[] = [];
      const adopt = async (file: string): Promise<StoredObject> => {
        const object = await store.adopt(file);
        adopted.push(object);
        return object;
      };
      try {
        return await this.database.transaction((rows) => this.record(rows, { name, origin, made, adopt }));
      } catch (error) {
        // Where even this fails, the first error says why, and an object without a row harms nobody.
        await this.artifacts.discardUnrecorded(adopted).catch(() => undefined);
        throw error;
      }
    });
  }

  async list(): Promise<readonly Dataset[]> {
    const found = await this.database.read((rows) => rows.find(datasetEntity, { order: { name: 'ASC' } }));
    return found.map(toDataset);
  }

  /** @throws DatasetNotFoundError */
  async get(name: string): Promise<Dataset> {
    const all = await this.list();
    const found = all.find((dataset) => dataset.name === name);
    if (found === undefined)
      throw new DatasetNotFoundError(
        name,
        all.map((dataset) => dataset.name),
      );
    return found;
  }

  async syntheticAmong(names: readonly string[]): Promise<readonly string[]> {
    const all = await this.list();
    return all
      .filter(({ name, origin }) => names.includes(name) && origin.kind === 'synthetic')
      .map(({ name }) => name);
  }

  /** The interactions as tensors, rows in input order. */
  async readInteractions(dataset: Dataset): Promise<Uint8Array> {
    return this.artifacts.read(dataset.files.interactions);
  }

  /** The first items of the catalogue by number, all of them without a limit. */
  async readItems(dataset: Dataset): Promise<readonly CatalogueItem[]> {
    const text = new TextDecoder().decode(await this.artifacts.read(dataset.files.items));
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as CatalogueItem);
  }

  async delete(name: string): Promise<void> {
    await this.get(name);
    await this.database.transaction(async (rows) => {
      await rows.delete(datasetEntity, { name });
      await this.artifacts.unlink(rows, { kind: 'dataset', id: name });
      await this.events.append(rows, [{ kind: 'deleted', subject: { kind: 'dataset', id: name }, payload: {} }]);
    });
  }

  /** Of two imports of one name at once the second comes here after the first, and is told. */
  private async record(rows: Rows, { name, origin, made, adopt }: Made): Promise<Registration> {
    await this.database.holdOtherWriters(rows);
    const objects = await adoptAll(made.files, adopt);
    const files = filesOf(objects);
    const digest = digestOf(made, files);
    const existing = await rows.findOne(datasetEntity, { where: { name } });
    if (existing !== null) {
      if (existing.digest !== digest) throw new DatasetExistsError(name);
      return { dataset: toDataset(existing), isNew: false, skipped: made.skipped };
    }
    const { columns, counts, skipped } = made;
    const dataset: Dataset = { name, digest, columns, counts, files, origin, createdAt: this.clock.now() };
    await rows.insert(datasetEntity, toDatasetRow(dataset));
    await this.artifacts.link(rows, { kind: 'dataset', id: name }, objects);
    const payload = { digest, interactions: counts.interactions };
    await this.events.append(rows, [{ kind: 'imported', subject: { kind: 'dataset', id: name }, payload }]);
    return { dataset, isNew: true, skipped };
  }
}

interface Made {
  readonly name: string;
  readonly origin: DatasetOrigin;
  readonly made: ImportedDataset;
  readonly adopt: Adopt;
}

/** Moves a finished file into the store. */
type Adopt = (file: string) => Promise<StoredObject>;

async function adoptAll(paths: DatasetPaths, adopt: Adopt): Promise<Readonly<Record<string, StoredObject>>> {
  const objects: Record<string, StoredObject> = {};
  objects[FILE_NAMES.interactions] = await adopt(paths.interactions);
  objects[FILE_NAMES.items] = await adopt(paths.items);
  if (paths.users !== null) objects[FILE_NAMES.users] = await adopt(paths.users);
  if (paths.sessions !== null) objects[FILE_NAMES.sessions] = await adopt(paths.sessions);
  if (paths.synonyms !== null) objects[FILE_NAMES.synonyms] = await adopt(paths.synonyms);
  if (paths.truth !== null) objects[FILE_NAMES.truth] = await adopt(paths.truth);
  return objects;
}

const FILE_NAMES = {
  interactions: 'interactions.safetensors',
  items: 'items.jsonl',
  users: 'users.jsonl',
  sessions: 'sessions.jsonl',
  synonyms: 'synonyms.json',
  truth: 'truth.safetensors',
} as const;

function filesOf(objects: Readonly<Record<string, StoredObject>>): DatasetFiles {
  const hashOf = (name: string): ContentHash | null => objects[name]?.hash ?? null;
  const interactions = hashOf(FILE_NAMES.interactions);
  const items = hashOf(FILE_NAMES.items);
  if (interactions === null || items === null) throw new Error('A data set has interactions and items.');
  return {
    interactions,
    items,
    users: hashOf(FILE_NAMES.users),
    sessions: hashOf(FILE_NAMES.sessions),
    synonyms: hashOf(FILE_NAMES.synonyms),
    truth: hashOf(FILE_NAMES.truth),
  };
}

/** Only planted data count their own files: those of a registration from before there were any keep their digest. */
function digestOf({ columns }: ImportedDataset, { synonyms, truth, ...files }: DatasetFiles): ContentHash {
  const planted = { ...(synonyms === null ? {} : { synonyms }), ...(truth === null ? {} : { truth }) };
  return contentHash(canonicalJson({ columns: { ...columns }, files: { ...files, ...planted } }));
}
