import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { ManifestOrigin } from '#features/submissions/domain/manifest-origin.ts';
import type { Asking } from './stage-facts.ts';

/** Where the manifest came from, in the tags that MLflow has for that (`mlflow/utils/mlflow_tags.py`). */
export function sourceTags(
  { experiment, number }: Pick<Revision, 'experiment' | 'number'>,
  { origin }: Pick<Asking, 'origin'>,
): Readonly<Record<string, string>> {
  const name = origin?.file ?? `sprintlab experiment ${experiment}@${number}`;
  return { 'mlflow.source.type': 'LOCAL', 'mlflow.source.name': name, ...gitTags(origin?.git ?? null) };
}

function gitTags(git: ManifestOrigin['git']): Readonly<Record<string, string>> {
  if (git === null) return {};
  const { commit, branch, repository } = git;
  return {
    'mlflow.source.git.commit': commit,
    ...(branch === null ? {} : { 'mlflow.source.git.branch': branch }),
    ...(repository === null ? {} : { 'mlflow.source.git.repoURL': repository }),
  };
}
