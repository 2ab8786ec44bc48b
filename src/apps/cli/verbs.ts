import type { AddVerb } from './verb.ts';

type Load = () => Promise<AddVerb>;

const control: Load = async () => (await import('./verbs/control.ts')).addControl;

/** In the order in which the help lists them. */
const VERBS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['datasets', async () => (await import('./verbs/datasets.ts')).addDatasets],
  ['validate', async () => (await import('./verbs/validate.ts')).addValidate],
  ['plan', async () => (await import('./verbs/plan.ts')).addPlan],
  ['submit', async () => (await import('./verbs/submit.ts')).addSubmit],
  ['run', async () => (await import('./verbs/run.ts')).addRun],
  ['status', async () => (await import('./verbs/status.ts')).addStatus],
  ['watch', async () => (await import('./verbs/watch.ts')).addWatch],
  ['pause', control],
  ['resume', control],
  ['cancel', control],
  ['retry', control],
  ['compare', async () => (await import('./verbs/compare.ts')).addCompare],
  ['recommend', async () => (await import('./verbs/recommend.ts')).addRecommend],
  ['experiments', async () => (await import('./verbs/experiments.ts')).addExperiments],
  ['trials', async () => (await import('./verbs/trials.ts')).addTrials],
  ['stages', async () => (await import('./verbs/stages.ts')).addStages],
  ['workers', async () => (await import('./verbs/workers.ts')).addWorkers],
  ['calls', async () => (await import('./verbs/calls.ts')).addCalls],
  ['pools', async () => (await import('./verbs/pools.ts')).addPools],
  ['artifacts', async () => (await import('./verbs/artifacts.ts')).addArtifacts],
  ['tokens', async () => (await import('./verbs/tokens.ts')).addTokens],
  ['serve', async () => (await import('./verbs/serve.ts')).addServe],
  ['worker', async () => (await import('./verbs/worker.ts')).addWorker],
  ['doctor', async () => (await import('./verbs/doctor.ts')).addDoctor],
]);

/**
 * The verb that is asked for, and no other, since all of them together take half a second to load; all where the help is
 * asked for, or what is no verb.
 */
export async function verbsFor([word = '']: readonly string[]): Promise<readonly AddVerb[]> {
  const asked = VERBS.get(word);
  const loads = asked === undefined ? new Set(VERBS.values()) : [asked];
  return Promise.all([...loads].map((load) => load()));
}
