import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson } from '#kernel/json.ts';
import type { Expected } from './difference.ts';
import { hasEnded, type RunProjection } from './run.ts';

/** How long values may be in MLflow. */
export interface ValueLimits {
  readonly param: number;
  readonly tag: number;
}

/** What only a server knows of a run's relations. */
export interface Relations {
  /** Run of the submission there. */
  readonly parent: string | null;
  /** Run of the profiling there. */
  readonly profiling: string | null;
}

/** Up to which event a server is told: what is measured later it does not have to hold yet. */
export interface Window {
  readonly after: number;
  readonly through: number;
}

/** What a server holds of a run once it was told of everything up to an event. */
export function expectedRun(
  run: RunProjection,
  relations: Relations,
  { through }: Window,
  limits: ValueLimits,
): Expected {
  const isTold = ({ fact }: { readonly fact: number }): boolean => fact <= through;
  const isBehind = [...run.points, ...run.files].some((one) => !isTold(one));
  // Its end comes after all that it measured.
  const status = isBehind && hasEnded(run.status) ? 'RUNNING' : run.status;
  return {
    name: run.name,
    status,
    endMs: hasEnded(status) ? run.endMs : null,
    params: cut(run.params, limits.param),
    tags: cut({ ...run.tags, ...tagsOf(run, relations) }, limits.tag),
    points: run.points.filter(isTold),
    files: run.files.filter(isTold),
    inputs: run.inputs,
    hasModel: run.model !== null && isTold(run.model),
  };
}

/** Two runs that say the same of themselves, points and files aside, have the same. */
export function toldHash({ name, status, endMs, params, tags }: Expected): string {
  return contentHash(canonicalJson({ name, status, endMs, params: { ...params }, tags: { ...tags } }));
}

function tagsOf({ tagId }: RunProjection, { parent, profiling }: Relations): Readonly<Record<string, string>> {
  return {
    'sprintlab.id': tagId,
    'mlflow.user': 'sprintlab',
    ...(parent === null ? {} : { 'mlflow.parentRunId': parent }),
    ...(profiling === null ? {} : { 'sprintlab.profilingRun': profiling }),
  };
}

/** What is longer than a server takes ends in an ellipsis. */
function cut(values: Readonly<Record<string, string>>, most: number): Readonly<Record<string, string>> {
  const shortened = Object.entries(values).map(([key, value]) => [
    key,
    value.length <= most ? value : `${value.slice(0, most - 1)}…`,
  ]);
  return Object.fromEntries(shortened) as Record<string, string>;
}
