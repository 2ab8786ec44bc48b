import type { JsonObject } from '#kernel/json.ts';
import type { StageKind } from '#science/stages/stage.ts';

/** Who claims: one process on one host, what its numbers depend on, and which code it has. */
export interface WorkerIdentity {
  readonly host: string;
  readonly pid: number;
  readonly environment: JsonObject;
  /** The version of its code by kind of stage; a stage that was planned for another is not for this worker. */
  readonly codeVersions: Readonly<Record<StageKind, string>>;
}
