import { z } from 'zod';
import { MlflowNotFoundError } from './mlflow-errors.ts';
import type { MlflowHttp } from './mlflow-http.ts';

export interface MlflowFile {
  /** From the folder of the run's artifacts. */
  readonly path: string;
  readonly bytes: number;
}

const listSchema = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .default([]),
});

/** Artifacts of runs, through the server's proxy: it is started with `--artifacts-destination`, or without any option for them. */
export class MlflowArtifacts {
  constructor(private readonly http: MlflowHttp) {}

  /** The same path again is replaced. */
  async put(run: MlflowPlace, path: string, bytes: Uint8Array): Promise<void> {
    const headers = { 'Content-Type': 'application/octet-stream' };
    await this.http.text({ method: 'PUT', path: proxied(run, path), bytes, headers });
  }

  get(run: MlflowPlace, path: string): Promise<Uint8Array> {
    return this.http.bytes({ method: 'GET', path: proxied(run, path) });
  }

  async delete(run: MlflowPlace, path: string): Promise<void> {
    await this.http.text({ method: 'DELETE', path: proxied(run, path) });
  }

  /** All files of a run, in all its folders. */
  async list(run: string, folder = ''): Promise<readonly MlflowFile[]> {
    const within = folder === '' ? '' : `&path=${encodeURIComponent(folder)}`;
    const path = `/api/2.0/mlflow/artifacts/list?run_id=${encodeURIComponent(run)}${within}`;
    const { files } = await this.http.json({ method: 'GET', path }, listSchema).catch((error: unknown) => {
      // A run that never had an artifact has no folder.
      if (error instanceof MlflowNotFoundError) return { files: [] };
      throw error;
    });
    const found: MlflowFile[] = [];
    for (const { path: at, is_dir: isFolder, file_size: size } of files) {
      if (isFolder) found.push(...(await this.list(run, at)));
      else found.push({ path: at, bytes: Number(size ?? 0) });
    }
    return found;
  }
}

/** Where the proxy keeps what a run has. */
export interface MlflowPlace {
  readonly run: string;
  readonly experiment: string;
}

function proxied({ run, experiment }: MlflowPlace, path: string): string {
  const words = [experiment, run, 'artifacts', ...path.split('/')].map(encodeURIComponent);
  return `/api/2.0/mlflow-artifacts/artifacts/${words.join('/')}`;
}
