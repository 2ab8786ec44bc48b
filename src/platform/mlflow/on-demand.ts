import type { Mlflow } from './mlflow.ts';
import type { MlflowTarget } from './mlflow-target.ts';

/** What speaks HTTP takes a while to load: only what talks to MLflow pays for it. */
export async function openMlflow(target: MlflowTarget): Promise<Mlflow> {
  const { Mlflow } = await import('./mlflow.ts');
  return new Mlflow(target);
}
