import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '#kernel/json.ts';
import type { GeneratedDataset } from '#science/synthetic/generated-dataset.ts';
import type { DatasetCounts } from '../domain/dataset.ts';
import { SPLIT_MARKS } from '../domain/split-mark.ts';
import { DatasetWriter, type Interaction } from './dataset-writer.ts';
import type { DatasetPaths, ImportedDataset } from './import-request.ts';

const EVERY_COLUMN = { user: true, time: true, order: true, session: true, split: true, title: true, categories: true };

/** Writes generated data into an empty folder, in the same form as an import. */
export async function writeDataset(generated: GeneratedDataset, workspace: string): Promise<ImportedDataset> {
  const writer = new DatasetWriter(workspace, EVERY_COLUMN);
  try {
    for (const interaction of interactionsOf(generated)) writer.append(interaction);
    const items = new Map(generated.items.map((item) => [item.id, item]));
    const files = await writer.finish((id) => items.get(id) ?? { title: null, categories: [] });
    const planted = await writePlanted(generated, workspace);
    return { columns: EVERY_COLUMN, counts: countsOf(writer, generated), files: { ...files, ...planted }, skipped: [] };
  } finally {
    writer.close();
  }
}

/** What planted data have beside their rows. */
async function writePlanted(
  { synonyms, truth }: GeneratedDataset,
  workspace: string,
): Promise<Pick<DatasetPaths, 'synonyms' | 'truth'>> {
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(workspace, name);
    await writeFile(path, content);
    return path;
  };
  return {
    synonyms: synonyms === undefined ? null : await write('synonyms.json', canonicalJson(synonyms)),
    truth: truth === undefined ? null : await write('truth.safetensors', truth),
  };
}

function* interactionsOf({ interactions, items, users, sessions }: GeneratedDataset): Generator<Interaction> {
  for (const row of interactions.item.keys()) {
    yield {
      item: at(items, at(interactions.item, row)).id,
      user: at(users, at(interactions.user, row)),
      time: at(interactions.time, row),
      order: at(interactions.order, row),
      session: at(sessions, at(interactions.session, row)),
      split: at(SPLIT_MARKS, at(interactions.split, row)),
    };
  }
}

function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index];
  if (element === undefined) throw new RangeError(`The generated data have no element ${index} of ${list.length}.`);
  return element;
}

function countsOf({ rows, items, users, sessions }: DatasetWriter, generated: GeneratedDataset): DatasetCounts {
  return {
    interactions: rows,
    items: items.size,
    users: users.size,
    sessions: sessions.size,
    belowRating: 0,
    invalid: 0,
    itemsWithTitle: items.size,
    itemsWithCategories: items.size,
    itemsWithoutInteraction: generated.items.length - items.size,
  };
}
