import { decodeInteractions } from '#science/sessions/interactions.ts';
import type { SessionsParameters } from '#science/sessions/protocol.ts';
import { buildSessionSets } from '#science/sessions/session-sets.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import type { Dataset } from './domain/dataset.ts';
import { previewDataset } from './dataset-preview.ts';
import type { CatalogueItem, DatasetsService } from './datasets.service.ts';
import type { CatalogueItemAnswer, DatasetDetailAnswer, SampleSessionAnswer } from './http/datasets.schema.ts';

/** Bars of the lengths of sessions; the last holds all longer ones. */
const LONGEST = 50;
/** Data sets whose statistics are remembered: to count them takes seconds for millions of rows. */
const KEPT = 20;

type Standing = Pick<DatasetDetailAnswer, 'problem' | 'statistics' | 'lengths'>;

/** Data sets as a person looks at them. */
export class DatasetViewsService {
  private readonly standings = new Map<string, Promise<Standing>>();

  constructor(private readonly datasets: DatasetsService) {}

  /** @param protocolOf what a manifest that says nothing means for a data set. @throws DatasetNotFoundError */
  async detail(name: string, protocolOf: ProtocolOf): Promise<DatasetDetailAnswer> {
    const dataset = await this.datasets.get(name);
    const { createdAt, origin, ...facts } = dataset;
    const protocol = protocolOf(dataset);
    return {
      ...facts,
      columns: { ...facts.columns },
      counts: { ...facts.counts },
      files: { ...facts.files },
      origin: origin.kind === 'imported' ? { kind: 'imported', files: [...origin.files] } : { ...origin },
      createdAt: createdAt.toISOString(),
      protocol: { ...protocol },
      ...(await this.standingOf(dataset, protocol)),
    };
  }

  /** Some training sessions. @throws DatasetNotFoundError, and as a trial would */
  async samples(name: string, count: number, protocolOf: ProtocolOf): Promise<readonly SampleSessionAnswer[]> {
    const dataset = await this.datasets.get(name);
    const { samples } = await previewDataset(this.datasets, dataset, { protocol: protocolOf(dataset), samples: count });
    return samples.map(({ session, items }) => ({ session, items: items.map(toItem) }));
  }

  /** Items by a part of their title or id, or by their whole ids. @throws DatasetNotFoundError */
  async items(
    name: string,
    {
      search = '',
      ids,
      limit,
    }: { readonly search?: string | undefined; readonly ids?: readonly string[] | undefined; readonly limit: number },
  ): Promise<readonly CatalogueItemAnswer[]> {
    const needle = search.toLowerCase();
    const asked = ids === undefined ? null : new Set(ids);
    const matches = ({ id, title }: CatalogueItem): boolean =>
      asked === null ? `${title ?? ''}\n${id}`.toLowerCase().includes(needle) : asked.has(id);
    const found = (await this.datasets.readItems(await this.datasets.get(name))).filter(matches);
    return found.slice(0, limit).map(toItem);
  }

  private standingOf(dataset: Dataset, protocol: SessionsParameters): Promise<Standing> {
    const known = this.standings.get(dataset.digest);
    if (known !== undefined) return known;
    const made = this.count(dataset, protocol);
    this.standings.set(dataset.digest, made);
    made.catch(() => this.standings.delete(dataset.digest));
    const [oldest] = this.standings.keys();
    if (this.standings.size > KEPT && oldest !== undefined) this.standings.delete(oldest);
    return made;
  }

  private async count(dataset: Dataset, protocol: SessionsParameters): Promise<Standing> {
    const interactions = decodeInteractions(await this.datasets.readInteractions(dataset));
    try {
      const { train, statistics } = buildSessionSets(interactions, protocol);
      const lengths = new Map<number, number>();
      for (let at = 1; at < train.offsets.length; at++) {
        const length = Math.min(LONGEST, (train.offsets[at] ?? 0) - (train.offsets[at - 1] ?? 0));
        lengths.set(length, (lengths.get(length) ?? 0) + 1);
      }
      const bars = [...lengths].sort(([left], [right]) => left - right);
      return {
        problem: null,
        statistics: { ...statistics },
        lengths: bars.map(([length, sessions]) => ({ length, sessions })),
      };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { problem: error.message, statistics: null, lengths: [] };
    }
  }
}

export type ProtocolOf = (dataset: Dataset) => SessionsParameters;

function toItem({ id, title, categories }: CatalogueItem): CatalogueItemAnswer {
  return { id, title, categories: [...categories] };
}
