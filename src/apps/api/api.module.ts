import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from '#features/accounts/http/access.guard.ts';
import { About } from './about.ts';
import { API_CONTROLLERS } from './controllers.ts';
import { ApiDocument, DocsController } from './docs.controller.ts';
import { Exposition } from './exposition.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { Readiness } from './readiness.ts';

export interface ApiParts {
  readonly about: About;
  readonly readiness: Readiness;
  readonly exposition: Exposition;
  readonly document: ApiDocument;
  /** What the controllers of the features ask. */
  readonly providers: readonly Provider[];
}

/** The routes. What they ask was put together outside and is handed in: nothing here depends on the compiler's metadata. */
@Module({ controllers: [HealthController, MetricsController, DocsController, ...API_CONTROLLERS] })
export class ApiModule {
  static of({ about, readiness, exposition, document, providers }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      providers: [
        { provide: About, useValue: about },
        { provide: Readiness, useValue: readiness },
        { provide: Exposition, useValue: exposition },
        { provide: ApiDocument, useValue: document },
        { provide: APP_GUARD, useClass: AccessGuard },
        ...providers,
      ],
    };
  }
}
