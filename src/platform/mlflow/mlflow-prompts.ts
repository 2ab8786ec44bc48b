import { z } from 'zod';
import { MlflowExistsError } from './mlflow-errors.ts';
import type { MlflowHttp } from './mlflow-http.ts';

export interface MlflowPrompt {
  /** Letters, digits, `_`, `-` and dots. */
  readonly name: string;
  readonly template: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What of the tags tells versions apart. */
  readonly identity: string;
}

const ROOT = '/api/2.0/mlflow';
const IS_PROMPT = { key: 'mlflow.prompt.is_prompt', value: 'true' };

const versionSchema = z.object({
  version: z.string(),
  tags: z
    .array(z.object({ key: z.string(), value: z.string().default('') }))
    .default([])
    .transform((all) => new Map(all.map(({ key, value }) => [key, value]))),
});
const searchSchema = z.object({ model_versions: z.array(versionSchema).default([]) });

/** The prompt registry: to MLflow a prompt is a registered model with tags of its own (`mlflow/prompt/constants.py`). */
export class MlflowPrompts {
  constructor(private readonly http: MlflowHttp) {}

  /** The version of a prompt, made unless one with its identity is there. */
  async register(prompt: MlflowPrompt): Promise<string> {
    const found = await this.versionOf(prompt);
    if (found !== null) return found;
    const { name } = prompt;
    await this.post('registered-models/create', { name, tags: [IS_PROMPT] }, z.object({})).catch((error: unknown) => {
      if (!(error instanceof MlflowExistsError)) throw error;
    });
    const tags = Object.entries({ ...prompt.tags, 'mlflow.prompt.text': prompt.template, _mlflow_prompt_type: 'text' });
    const json = {
      name,
      source: 'prompt-template',
      tags: [IS_PROMPT, ...tags.map(([key, value]) => ({ key, value }))],
    };
    const made = await this.post('model-versions/create', json, z.object({ model_version: versionSchema }));
    return made.model_version.version;
  }

  async versionOf({ name, tags, identity }: MlflowPrompt): Promise<string | null> {
    const filter = `name = '${name}' AND tags.\`${IS_PROMPT.key}\` = 'true'`;
    const path = `${ROOT}/model-versions/search?filter=${encodeURIComponent(filter)}`;
    const { model_versions: versions } = await this.http.json({ method: 'GET', path }, searchSchema);
    return versions.find((version) => version.tags.get(identity) === tags[identity])?.version ?? null;
  }

  private post<Schema extends z.ZodType>(call: string, json: unknown, schema: Schema): Promise<z.infer<Schema>> {
    return this.http.json({ method: 'POST', path: `${ROOT}/${call}`, json }, schema);
  }
}
