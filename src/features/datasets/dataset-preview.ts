import { decodeInteractions, type Interactions } from '#science/sessions/interactions.ts';
import type { SessionsParameters } from '#science/sessions/protocol.ts';
import { buildSessionSets } from '#science/sessions/session-sets.ts';
import { itemsOf } from '#science/sessions/session-view.ts';
import type { SessionStatistics } from '#science/sessions/statistics.ts';
import type { Dataset } from './domain/dataset.ts';
import type { CatalogueItem, DatasetsService } from './datasets.service.ts';

export interface SampleSession {
  /** Number of the session in the order of the data. */
  readonly session: number;
  readonly items: readonly CatalogueItem[];
}

/** What a protocol makes of a data set, with the beginning of it to look at. */
export interface DatasetPreview {
  readonly statistics: SessionStatistics;
  readonly samples: readonly SampleSession[];
}

/** @throws ProtocolNeedsColumnsError, NoSessionsLeftError, as a trial under this protocol would. */
export async function previewDataset(
  datasets: DatasetsService,
  dataset: Dataset,
  request: { readonly protocol: SessionsParameters; readonly samples: number },
): Promise<DatasetPreview> {
  const interactions: Interactions = decodeInteractions(await datasets.readInteractions(dataset));
  const { train, catalogue, statistics } = buildSessionSets(interactions, request.protocol);
  const items = await datasets.readItems(dataset);
  const samples = Array.from({ length: Math.min(request.samples, train.session.length) }, (_, position) => ({
    session: train.session[position] ?? position,
    items: [...itemsOf(train, position)].flatMap((item) => items[catalogue[item - 1] ?? -1] ?? []),
  }));
  return { statistics, samples };
}
