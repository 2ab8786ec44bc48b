import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { importDataset } from '#features/datasets/import/import-dataset.ts';
import type {
  DatasetPaths,
  ImportedDataset,
  ImportProgress,
  ImportRequest,
} from '#features/datasets/import/import-request.ts';
import type { JsonValue } from '#kernel/json.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A new folder, which goes when the test ends. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-import-'));
  folders.push(folder);
  return folder;
}

export interface Import {
  readonly result: ImportedDataset;
  readonly progress: readonly ImportProgress[];
  readonly written: Written;
}

export interface Written {
  readonly interactions: Readonly<Record<string, readonly number[]>>;
  readonly items: readonly JsonValue[];
  readonly users: readonly JsonValue[] | null;
  readonly sessions: readonly JsonValue[] | null;
}

const USUAL = {
  columns: {},
  format: 'auto',
  quotes: true,
  listSeparator: null,
  timeUnit: 's',
  minRating: null,
  skipInvalid: false,
} as const;

/** Imports files as they lie. */
export async function importFiles(
  paths: { interactions: string; items?: readonly string[] },
  options: Partial<ImportRequest> = {},
): Promise<Import> {
  const workspace = join(await aFolder(), 'workspace');
  await mkdir(workspace);
  const progress: ImportProgress[] = [];
  const request: ImportRequest = {
    ...USUAL,
    interactions: { path: paths.interactions },
    items: (paths.items ?? []).map((path) => ({ path })),
    ...options,
  };
  const result = await importDataset(request, workspace, (step) => progress.push(step));
  return { result, progress, written: await readWritten(result.files) };
}

/** Imports contents by file name: the first file holds the interactions, the others the items. */
export async function importContents(
  contents: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ImportRequest> = {},
): Promise<Import> {
  const folder = await aFolder();
  const paths = Object.keys(contents).map((name) => join(folder, name));
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
  const [interactions = '', ...items] = paths;
  return importFiles({ interactions, items }, options);
}

export async function readWritten(files: DatasetPaths): Promise<Written> {
  const { tensors } = decodeSafetensors(await readFile(files.interactions));
  return {
    interactions: Object.fromEntries(
      Object.entries(tensors).map(([name, { data }]) => [name, Array.from<number | bigint, number>(data, Number)]),
    ),
    items: await readLines(files.items),
    users: files.users === null ? null : await readLines(files.users),
    sessions: files.sessions === null ? null : await readLines(files.sessions),
  };
}

async function readLines(path: string): Promise<JsonValue[]> {
  const text = await readFile(path, 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JsonValue]));
}
