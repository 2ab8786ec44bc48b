import type { CallsService } from '#features/calls/calls.service.ts';
import type { PlanningService } from '#features/experiments/planning.service.ts';
import type { Application } from '../application.ts';

/** What a controller needs that speaks for the whole program. */
export class ServedApplication {
  constructor(
    readonly application: Application,
    /** Of texts from the network: it reads no files but the bases of the templates. */
    readonly planning: PlanningService,
  ) {}

  get calls(): CallsService {
    return this.application.calls;
  }
}
