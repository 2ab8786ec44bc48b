import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { Stage } from '#features/stages/domain/stage.ts';
import { contentHash } from '#kernel/content-hash.ts';
import type { MlflowPrompts } from '#platform/mlflow/mlflow-prompts.ts';
import { promptTemplates } from '#science/intents/prompts/prompt-templates.ts';
import type { TraceProjection } from './domain/trace-projection.ts';

const IDENTITY = 'sprintlab.hash';

interface Registered {
  readonly name: string;
  readonly version: string;
}

/** The wordings of the prompts as MLflow's registered prompts: another wording is another version. */
export class PromptBook {
  private registered: Promise<ReadonlyMap<string, Registered>> | null = null;

  constructor(
    private readonly prompts: MlflowPrompts,
    private readonly codeVersions: CodeVersions,
  ) {}

  /** With what each trace was asked. Of a stage that other code ran the wording is not known here. */
  async linked(
    stage: Pick<Stage, 'kind' | 'codeVersion'>,
    traces: readonly TraceProjection[],
  ): Promise<readonly TraceProjection[]> {
    if (this.codeVersions[stage.kind] !== stage.codeVersion) return traces;
    this.registered ??= this.register();
    const known = await this.registered.catch((error: unknown) => {
      this.registered = null;
      throw error;
    });
    return traces.map((trace) => {
      const steps = [...new Set(trace.spans.map(({ name }) => name))].sort();
      const used = steps.flatMap((step) => known.get(step) ?? []);
      return { ...trace, tags: { ...trace.tags, 'mlflow.linkedPrompts': JSON.stringify(used) } };
    });
  }

  private async register(): Promise<ReadonlyMap<string, Registered>> {
    const known = new Map<string, Registered>();
    for (const [step, template] of Object.entries(promptTemplates())) {
      const name = `sprintlab-${step.toLowerCase()}`;
      const tags = { [IDENTITY]: contentHash(template) };
      known.set(step, { name, version: await this.prompts.register({ name, template, tags, identity: IDENTITY }) });
    }
    return known;
  }
}
