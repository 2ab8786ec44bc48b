import { Module, type DynamicModule } from '@nestjs/common';
import { Exposition } from './exposition.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { Readiness } from './readiness.ts';
import { About } from './about.ts';

export interface ApiParts {
  readonly about: About;
  readonly readiness: Readiness;
  readonly exposition: Exposition;
}

/** The routes. What they ask was put together outside and is handed in: nothing here depends on the compiler's metadata. */
@Module({ controllers: [HealthController, MetricsController] })
export class ApiModule {
  static of({ about, readiness, exposition }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      providers: [
        { provide: About, useValue: about },
        { provide: Readiness, useValue: readiness },
        { provide: Exposition, useValue: exposition },
      ],
    };
  }
}
