import type { Execution, ExecutionStatus, Stage } from './domain/stage.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { StagesService } from './stages.service.ts';

export class NoLogError extends DomainError<'NO_LOG'> {
  constructor({ kind, key }: Pick<Stage, 'kind' | 'key'>, problem: string) {
    super('NO_LOG', `${kind} ${key.slice(0, 12)} ${problem}`);
  }
}

export interface StageLog {
  readonly execution: Execution;
  readonly text: string;
}

/** Why an execution may have no log. */
const WITHOUT: Readonly<Record<ExecutionStatus, string>> = {
  running: 'it is running; its log is kept when it ends',
  orphaned: 'its worker was gone before it could keep one',
  interrupted: 'it was interrupted, and another goes on from its checkpoint',
  cancelled: 'it was cancelled before it ended',
  succeeded: 'none was kept',
  failed: 'none could be kept, for instance on a full disk',
};

export interface StageLogTools {
  readonly artifacts: ArtifactsService;
  readonly stages: StagesService;
}

/** What an execution of a stage said: of the latest, or of the one of that number. @throws NoLogError */
export async function logOf(tools: StageLogTools, stage: Stage, number: number | undefined): Promise<StageLog> {
  const executions = await tools.stages.executionsOf([stage.key]);
  const execution = number === undefined ? executions.at(-1) : executions.find(({ token }) => token === number);
  if (execution === undefined) throw new NoLogError(stage, absence(executions, number));
  const [log] = await tools.artifacts.of('execution', [execution.id]);
  if (log === undefined) {
    const why = WITHOUT[execution.status];
    throw new NoLogError(stage, `has no log of execution ${execution.token}: ${why}.${hint(executions, execution)}`);
  }
  return { execution, text: new TextDecoder().decode(await tools.artifacts.read(log.hash)) };
}

function absence(executions: readonly Execution[], number: number | undefined): string {
  if (executions.length === 0) return 'has no log: nobody has executed it yet.';
  const numbers = executions.map(({ token }) => token).join(', ');
  return `has no execution ${number ?? ''}; it has ${numbers}.`;
}

/** Where to look instead. */
function hint(executions: readonly Execution[], { token }: Execution): string {
  const earlier = executions.filter((execution) => execution.token < token).at(-1);
  return earlier === undefined ? '' : ` \`--execution ${earlier.token}\` shows the one before.`;
}
