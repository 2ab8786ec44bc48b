import { Controller, Inject } from '@nestjs/common';
import { Clock } from '#kernel/clock.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { PoolViewsService } from '../pool-views.service.ts';
import { listPools, showPool, showPoolDifference, showProjection } from './pools.endpoints.ts';
import { poolSchema } from './pools.schema.ts';

const FIELDS = fieldsOfSchema(poolSchema);

@Controller('api/v1')
export class PoolsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(PoolViewsService) private readonly views: PoolViewsService,
  ) {}

  @Serve(listPools)
  async list({ query }: Asked<typeof listPools>): Promise<Answered<typeof listPools>> {
    const list = { fields: FIELDS, idOf: ({ trial }: { readonly trial: string }) => trial, now: this.clock.now() };
    return pageOfItems(await this.views.list(query.experiment), query, list);
  }

  @Serve(showPool)
  show({ params }: Asked<typeof showPool>): Promise<Answered<typeof showPool>> {
    return this.views.detail(params.trial);
  }

  @Serve(showProjection)
  projection({ params }: Asked<typeof showProjection>): Promise<Answered<typeof showProjection>> {
    return this.views.projection(params.trial);
  }

  @Serve(showPoolDifference)
  difference({ params, query }: Asked<typeof showPoolDifference>): Promise<Answered<typeof showPoolDifference>> {
    return this.views.difference(params.trial, query.with);
  }
}
