import { Controller, Inject } from '@nestjs/common';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { Clock } from '#kernel/clock.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { BoardsService } from '../boards.service.ts';
import { ExperimentViewsService } from '../experiment-views.service.ts';
import { OverviewsService } from '../overviews.service.ts';
import { listExperiments, showBoard, showCurves, showExperiment, showStageGraph } from './experiments.endpoints.ts';
import { referenceOf } from './experiment-reference.ts';
import { experimentSchema } from './experiments.schema.ts';

const FIELDS = fieldsOfSchema(experimentSchema);

@Controller('api/v1')
export class ExperimentsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(OverviewsService) private readonly overviews: OverviewsService,
    @Inject(BoardsService) private readonly boards: BoardsService,
    @Inject(ExperimentViewsService) private readonly views: ExperimentViewsService,
  ) {}

  @Serve(listExperiments)
  async list({ query }: Asked<typeof listExperiments>): Promise<Answered<typeof listExperiments>> {
    const list = { fields: FIELDS, idOf: ({ name }: { readonly name: string }) => name, now: this.clock.now() };
    return pageOfItems(await this.overviews.all(performance.now()), { sort: '-updatedAt', ...query }, list);
  }

  @Serve(showExperiment)
  show({ params, query }: Asked<typeof showExperiment>): Promise<Answered<typeof showExperiment>> {
    return this.views.detail(params.name, query.revision);
  }

  @Serve(showBoard)
  board({ params, query }: Asked<typeof showBoard>): Promise<Answered<typeof showBoard>> {
    const reference = referenceOf(params, query);
    return this.boards.board(reference, { metric: query.metric, monotonicMs: performance.now() });
  }

  @Serve(showStageGraph)
  stageGraph({ params, query }: Asked<typeof showStageGraph>): Promise<Answered<typeof showStageGraph>> {
    return this.views.stageGraph(referenceOf(params, query), query.arm);
  }

  @Serve(showCurves)
  curves({ params, query }: Asked<typeof showCurves>): Promise<Answered<typeof showCurves>> {
    const { arm: arms, metric, split } = query;
    return this.views.curves(referenceOf(params, query), { arms, metric, split });
  }
}
