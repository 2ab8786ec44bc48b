import { Controller, Inject } from '@nestjs/common';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import type { Execution } from '../domain/stage.ts';
import { StageListsService } from '../stage-lists.service.ts';
import { logOf } from '../stage-log.ts';
import { StagesService } from '../stages.service.ts';
import { listStages, showQueue, showStage, showStageLog } from './stages.endpoints.ts';

@Controller('api/v1')
export class StagesController {
  constructor(
    @Inject(StageListsService) private readonly lists: StageListsService,
    @Inject(StagesService) private readonly stages: StagesService,
    @Inject(ArtifactsService) private readonly artifacts: ArtifactsService,
  ) {}

  @Serve(listStages)
  list({ query }: Asked<typeof listStages>): Promise<Answered<typeof listStages>> {
    return this.lists.page(query, query.trial);
  }

  @Serve(showStage)
  async show({ params }: Asked<typeof showStage>): Promise<Answered<typeof showStage>> {
    const { createdAt, endedAt, ...stage } = await this.stages.get(params.key);
    const [executions, artifacts, warnings, trials] = await Promise.all([
      this.stages.executionsOf([stage.key]),
      this.artifacts.of('stage', [stage.key]),
      this.stages.warningsOf([stage.key]),
      this.lists.trialsOf(stage.key),
    ]);
    return {
      ...stage,
      createdAt: createdAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      trials,
      executions: executions.map(toExecution),
      artifacts: artifacts.map(({ name, hash, bytes }) => ({ name, hash, bytes })),
      warnings: warnings.map(({ at, ...warning }) => ({ ...warning, at: at.toISOString() })),
    };
  }

  @Serve(showStageLog)
  async log({ params, query }: Asked<typeof showStageLog>): Promise<Answered<typeof showStageLog>> {
    const stage = await this.stages.get(params.key);
    const { execution, text } = await logOf({ artifacts: this.artifacts, stages: this.stages }, stage, query.execution);
    const { id, token, status } = execution;
    return { stage: stage.key, kind: stage.kind, execution: token, id, status, log: text };
  }

  @Serve(showQueue)
  queue(): Promise<Answered<typeof showQueue>> {
    return this.lists.queue();
  }
}

/** Where a defect was thrown is for the log of the server. */
function toExecution({ claimedAt, endedAt, error, ...execution }: Execution) {
  return {
    ...execution,
    claimedAt: claimedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    error: error === null ? null : { code: error.code, message: error.message, isRefusal: error.isRefusal },
  };
}
