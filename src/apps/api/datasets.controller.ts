import { Controller, Inject } from '@nestjs/common';
import { DatasetViewsService, type ProtocolOf } from '#features/datasets/dataset-views.service.ts';
import { DatasetsService } from '#features/datasets/datasets.service.ts';
import { listDatasets, listItems, listSamples, showDataset } from '#features/datasets/http/datasets.endpoints.ts';
import { datasetSchema } from '#features/datasets/http/datasets.schema.ts';
import { protocolSchema } from '#features/experiments/domain/protocol-schema.ts';
import { resolveProtocol } from '#features/experiments/domain/protocols.ts';
import { Clock } from '#kernel/clock.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';

const FIELDS = fieldsOfSchema(datasetSchema);

/** As a manifest that names no protocol; what that means is known to experiments, which data sets do not know. */
const protocolOf: ProtocolOf = ({ columns }) => {
  const { sessions, split, minItemCount, minLength } = resolveProtocol(protocolSchema.parse({}), columns);
  return { sessions, split, minItemCount, minLength };
};

@Controller('api/v1')
export class DatasetsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(DatasetsService) private readonly datasets: DatasetsService,
    @Inject(DatasetViewsService) private readonly views: DatasetViewsService,
  ) {}

  @Serve(listDatasets)
  async list({ query }: Asked<typeof listDatasets>): Promise<Answered<typeof listDatasets>> {
    const items = (await this.datasets.list()).map(({ name, digest, origin, counts, createdAt }) => {
      const { interactions, items: itemCount, users, sessions } = counts;
      const made = { digest, createdAt: createdAt.toISOString() };
      return { name, origin: origin.kind, interactions, items: itemCount, users, sessions, ...made };
    });
    return pageOfItems(items, query, { fields: FIELDS, idOf: ({ name }) => name, now: this.clock.now() });
  }

  @Serve(showDataset)
  show({ params }: Asked<typeof showDataset>): Promise<Answered<typeof showDataset>> {
    return this.views.detail(params.name, protocolOf);
  }

  @Serve(listSamples)
  async samples({ params, query }: Asked<typeof listSamples>): Promise<Answered<typeof listSamples>> {
    return { items: await this.views.samples(params.name, query.limit, protocolOf), next: null };
  }

  @Serve(listItems)
  async items({ params, query }: Asked<typeof listItems>): Promise<Answered<typeof listItems>> {
    const { search, ids, limit } = query;
    const items = await this.views.items(params.name, { search, ids: ids?.split(','), limit });
    return { items, next: null };
  }
}
