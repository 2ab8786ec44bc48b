import { Controller, Inject } from '@nestjs/common';
import { StagesService } from '#features/stages/stages.service.ts';
import type { Execution } from '#features/stages/domain/stage.ts';
import { Clock } from '#kernel/clock.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { workerStatus, type Worker } from '../domain/worker.ts';
import { WorkersService } from '../workers.service.ts';
import { listWorkers } from './workers.endpoints.ts';
import { workerSchema, type WorkerAnswer } from './workers.schema.ts';

const FIELDS = fieldsOfSchema(workerSchema);

@Controller('api/v1')
export class WorkersController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(StagesService) private readonly stages: StagesService,
  ) {}

  @Serve(listWorkers)
  async list({ query }: Asked<typeof listWorkers>): Promise<Answered<typeof listWorkers>> {
    const now = this.clock.now();
    const executions = await this.stages.running();
    const kinds = await this.stages.findByKeys(executions.map(({ stage }) => stage));
    const kindOf = ({ stage }: Execution): string => kinds.get(stage)?.kind ?? '';
    const items = (await this.workers.list()).map((worker) => toAnswer(worker, { executions, kindOf, now }));
    return pageOfItems(items, query, { fields: FIELDS, idOf: ({ id }) => id, now });
  }
}

interface Work {
  readonly executions: readonly Execution[];
  readonly kindOf: (execution: Execution) => string;
  readonly now: Date;
}

function toAnswer(worker: Worker, { executions, kindOf, now }: Work): WorkerAnswer {
  const { id, host, pid, slots, startedAt, seenAt } = worker;
  const status = workerStatus(worker, now);
  // A process may have worked before under another id; what it runs, it runs now.
  const own = executions.filter(
    (execution) =>
      status !== 'ended' && execution.host === host && execution.pid === pid && execution.claimedAt >= startedAt,
  );
  const running = own.map((execution) => {
    const seconds = Math.max(0, now.getTime() - execution.claimedAt.getTime()) / 1000;
    return { stage: execution.stage, kind: kindOf(execution), seconds };
  });
  return { id, host, pid, slots, status, since: startedAt.toISOString(), seen: seenAt.toISOString(), running };
}
