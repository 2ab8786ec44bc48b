import { Controller, Inject } from '@nestjs/common';
import { RecommendationsService } from '#features/recommendations/recommendations.service.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { TrialListsService } from '../trial-lists.service.ts';
import { TrialViewsService } from '../trial-views.service.ts';
import { listTrials, recommend, showTrial, showTrialMetrics } from './trials.endpoints.ts';

const MOST_RECOMMENDED = 10;

@Controller('api/v1')
export class TrialsController {
  constructor(
    @Inject(TrialListsService) private readonly lists: TrialListsService,
    @Inject(TrialViewsService) private readonly views: TrialViewsService,
    @Inject(RecommendationsService) private readonly recommendations: RecommendationsService,
  ) {}

  @Serve(listTrials)
  list({ query }: Asked<typeof listTrials>): Promise<Answered<typeof listTrials>> {
    return this.lists.page(query, query.experiment);
  }

  @Serve(showTrial)
  show({ params }: Asked<typeof showTrial>): Promise<Answered<typeof showTrial>> {
    return this.views.detail(params.id);
  }

  @Serve(showTrialMetrics)
  metrics({ params, query }: Asked<typeof showTrialMetrics>): Promise<Answered<typeof showTrialMetrics>> {
    return this.views.metrics(params.id, query);
  }

  @Serve(recommend)
  async recommend({ params, body }: Asked<typeof recommend>): Promise<Answered<typeof recommend>> {
    const { items, limit = MOST_RECOMMENDED } = body;
    const {
      items: best,
      intents,
      milliseconds,
    } = await this.recommendations.recommend({ trial: params.id, items, limit });
    return { items: best, intents, milliseconds };
  }
}
