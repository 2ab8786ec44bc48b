export interface MlflowServer {
  readonly url: string;
  /** A Python with MLflow's own client. */
  readonly python: string;
  readonly folder: string;
  /** Ends at once, as a machine that loses its power: what it has written stays. */
  kill(): Promise<void>;
  /** At the same address, with what it had. */
  startAgain(): Promise<void>;
  /** Neither answers nor hangs up. `thaw` has it go on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}
export const MLFLOW_MS: number;
export function mlflowPython(): Promise<string>;
/** A private MLflow server on a spare port: SQLite, one worker, artifacts through its proxy. @param options of `mlflow server` */
export function startMlflow(
  options?: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<MlflowServer>;
