import { Controller, Inject } from '@nestjs/common';
import type { TrackingStanding } from '#features/tracking/tracking.ts';
import type { Config } from '#platform/config/config.ts';
import { removeExperiment } from '#features/boards/http/experiments.endpoints.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { About } from './about.ts';
import { BODY_LIMIT_BYTES } from './limits.ts';
import { Readiness } from './readiness.ts';
import { ServedApplication } from './served-application.ts';
import { showSettings } from '../settings.endpoints.ts';
import type { SettingsAnswer } from '../settings.schema.ts';
import { deleteExperiment } from '../experiment-deletion.ts';

/** What the configuration of a server says that is no secret. */
export class ServerFacts {
  constructor(readonly config: Config) {}
}

@Controller('api/v1')
export class SettingsController {
  constructor(
    @Inject(About) private readonly about: About,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(ServerFacts) private readonly facts: ServerFacts,
    @Inject(ServedApplication) private readonly served: ServedApplication,
  ) {}

  @Serve(showSettings)
  async settings(): Promise<Answered<typeof showSettings>> {
    const { version, uptimeSeconds } = this.about;
    const { database, queue, artifactsFolder, stageMemoryBytes, llms, access } = this.facts.config;
    const { checks } = await this.readiness.report();
    const standing = await this.served.application.tracking?.standing();
    return {
      version,
      uptimeSeconds,
      database: database.engine === 'sqlite' ? 'SQLite' : 'Postgres',
      queue: queue.kind === 'embedded' ? 'data base' : 'Redis',
      artifactsFolder,
      stageMemoryBytes: Math.floor(stageMemoryBytes),
      llms: Object.entries(llms).map(([name, { kind }]) => ({ name, kind })),
      accounts: access.hasAccounts,
      mlflow: standing === undefined ? null : toMirror(standing),
      limits: { bodyBytes: BODY_LIMIT_BYTES, requestsPerMinute: access.requestsPerMinute },
      checks,
    };
  }

  @Serve(removeExperiment)
  async remove({ params }: Asked<typeof removeExperiment>): Promise<Answered<typeof removeExperiment>> {
    await deleteExperiment(this.served.application, params.name);
    return { deleted: true, name: params.name };
  }
}

function toMirror({ mirroredAt, problemSince, broken, ...standing }: TrackingStanding): SettingsAnswer['mlflow'] {
  return {
    ...standing,
    mirroredAt: mirroredAt?.toISOString() ?? null,
    problemSince: problemSince?.toISOString() ?? null,
    broken: [...broken],
  };
}
