import { Controller, Inject } from '@nestjs/common';
import { ComparisonsService } from '#features/comparisons/comparisons.service.ts';
import { Clock } from '#kernel/clock.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { FlipsService } from '../flips.service.ts';
import { referenceOf } from './experiment-reference.ts';
import { compareArms, showFlips } from './experiments.endpoints.ts';
import type { ComparisonAnswer } from './experiments.schema.ts';

@Controller('api/v1')
export class ComparisonsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(FlipsService) private readonly flipsService: FlipsService,
    @Inject(ComparisonsService) private readonly comparisons: ComparisonsService,
  ) {}

  @Serve(compareArms)
  async compare({ params, query }: Asked<typeof compareArms>): Promise<Answered<typeof compareArms>> {
    const comparison = await this.comparisons.compare(referenceOf(params, query));
    return JSON.parse(JSON.stringify(comparison)) as ComparisonAnswer;
  }

  @Serve(showFlips)
  flips({ params, query }: Asked<typeof showFlips>): Promise<Answered<typeof showFlips>> {
    const { revision, ...request } = query;
    const asked = { dataset: undefined, cutoff: undefined, flip: undefined, after: undefined, ...request };
    return this.flipsService.flips(referenceOf(params, { revision }), { ...asked, now: this.clock.now() });
  }
}
