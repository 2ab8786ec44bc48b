import { MlflowArtifacts } from './mlflow-artifacts.ts';
import { MlflowAnswerError, MlflowTooOldError, OLDEST_MLFLOW } from './mlflow-errors.ts';
import { MlflowHttp } from './mlflow-http.ts';
import { MlflowModels } from './mlflow-models.ts';
import { MlflowPrompts } from './mlflow-prompts.ts';
import { MlflowRuns } from './mlflow-runs.ts';
import type { MlflowTarget } from './mlflow-target.ts';
import { MlflowTraces } from './mlflow-traces.ts';

/** One MLflow server: a thin and typed adapter over its REST and OTLP routes, and nothing of Python. */
export class Mlflow {
  readonly runs: MlflowRuns;
  readonly artifacts: MlflowArtifacts;
  readonly traces: MlflowTraces;
  readonly models: MlflowModels;
  readonly prompts: MlflowPrompts;
  private readonly http: MlflowHttp;

  constructor(target: MlflowTarget) {
    this.http = new MlflowHttp(target);
    this.runs = new MlflowRuns(this.http);
    this.artifacts = new MlflowArtifacts(this.http);
    this.traces = new MlflowTraces(this.http);
    this.models = new MlflowModels(this.http);
    this.prompts = new MlflowPrompts(this.http);
  }

  get url(): string {
    return this.http.url;
  }

  /**
   * Asks the server what it is, and to be let in.
   * @returns its version
   * @throws MlflowTooOldError, MlflowAnswerError, MlflowCredentialsError, MlflowHostCheckError, MlflowUnavailableError
   */
  async greet(): Promise<string> {
    const version = (await this.http.text({ method: 'GET', path: '/version' })).trim().replaceAll('"', '');
    const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
    if (parts === null) throw new MlflowAnswerError(this.url, 'GET /version', 'no version');
    if (isOlder(parts.slice(1).map(Number), OLDEST_MLFLOW.split('.').map(Number)))
      throw new MlflowTooOldError(this.url, version);
    // Its version a server tells everybody; whether the credentials are good, only this does.
    await this.runs.findExperiment('Default');
    return version;
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const differs = version.findIndex((part, at) => part !== than[at]);
  return differs >= 0 && (version[differs] ?? 0) < (than[differs] ?? 0);
}
