import { z } from 'zod';
import type { MlflowHttp } from './mlflow-http.ts';

/** A model in ONNX, with what MLflow needs to load it. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly madeAt: Date;
}

export interface MlflowModel {
  readonly id: string;
  readonly isReady: boolean;
}

/** With which versions of Python and MLflow the files of a model say that they were made: the loaders warn without. */
const PYTHON = '3.11';
const MLFLOW = '3.17.2';
const REQUIREMENTS = ['mlflow', 'onnx', 'onnxruntime', 'numpy', ''].join('\n');
const ENVIRONMENT = [`python: '${PYTHON}'`, 'dependencies:', '- -r requirements.txt', ''].join('\n');
const NAME = 'model';

const infoSchema = z.object({
  info: z.object({ model_id: z.string(), name: z.string(), status: z.string() }),
});
const nothing = z.object({});

/** Models of runs, as MLflow 3 keeps them: `mlflow.onnx` and `mlflow.pyfunc` load `runs:/RUN/model`. */
export class MlflowModels {
  constructor(private readonly http: MlflowHttp) {}

  /** The model of a run; `null` where it has none. */
  async find(experiment: string, run: string): Promise<MlflowModel | null> {
    const query = { experiment_ids: [experiment], filter: `source_run_id = '${run}'` };
    const found = await this.post('logged-models/search', query, z.object({ models: z.array(infoSchema).default([]) }));
    const one = found.models.find(({ info }) => info.name === NAME);
    if (one === undefined) return null;
    return { id: one.info.model_id, isReady: one.info.status === 'LOGGED_MODEL_READY' };
  }

  /** Logs the model of a run unless it is there; one that was begun is finished. */
  async log(experiment: string, run: string, model: OnnxModel): Promise<void> {
    const found = await this.find(experiment, run);
    if (found?.isReady === true) return;
    const id = found?.id ?? (await this.begin(experiment, run));
    const files = {
      'model.onnx': model.bytes,
      MLmodel: mlmodelOf(id, run, model.madeAt),
      'requirements.txt': REQUIREMENTS,
      'python_env.yaml': ENVIRONMENT,
    };
    for (const [name, content] of Object.entries(files))
      await this.put(`${experiment}/models/${id}/artifacts/${name}`, content);
    await this.post('runs/outputs', { run_id: run, models: [{ model_id: id, step: 0 }] }, nothing);
    const ready = { model_id: id, status: 'LOGGED_MODEL_READY' };
    await this.http.json({ method: 'PATCH', path: `/api/2.0/mlflow/logged-models/${id}`, json: ready }, nothing);
  }

  private async begin(experiment: string, run: string): Promise<string> {
    const json = { experiment_id: experiment, name: NAME, source_run_id: run };
    return (await this.post('logged-models', json, z.object({ model: infoSchema }))).model.info.model_id;
  }

  private async put(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const headers = { 'Content-Type': 'application/octet-stream' };
    await this.http.text({ method: 'PUT', path: `/api/2.0/mlflow-artifacts/artifacts/${path}`, bytes, headers });
  }

  private post<Schema extends z.ZodType>(call: string, json: unknown, schema: Schema): Promise<z.infer<Schema>> {
    return this.http.json({ method: 'POST', path: `/api/2.0/mlflow/${call}`, json }, schema);
  }
}

/** What `mlflow.onnx.log_model` of 3.17.2 writes. */
function mlmodelOf(id: string, run: string, madeAt: Date): string {
  return [
    'flavors:',
    '  onnx:',
    '    code: null',
    '    data: model.onnx',
    '    onnx_session_options: null',
    '    providers:',
    '    - CPUExecutionProvider',
    '  python_function:',
    '    data: model.onnx',
    '    env:',
    '      virtualenv: python_env.yaml',
    '    loader_module: mlflow.onnx',
    `    python_version: '${PYTHON}'`,
    `mlflow_version: ${MLFLOW}`,
    `model_id: ${id}`,
    `model_uuid: ${id}`,
    `run_id: ${run}`,
    `utc_time_created: '${madeAt.toISOString().replace('T', ' ').replace('Z', '')}'`,
    '',
  ].join('\n');
}
