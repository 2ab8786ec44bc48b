import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Settings } from './manifest-schema.ts';
import { METHODS } from './methods.ts';
import {
  read,
  stagePlanner,
  type CodeVersions,
  type Inputs,
  type PlanGround,
  type TrialInPlan,
} from './planned-stages.ts';
import { trainedStages } from './training-stages.ts';
import type { PlannedTrial, ResolvedProtocol } from './trials.ts';

/**
 * The stages of a trial, inputs before what reads them and its evaluation last. A stage is given only the parameters that it
 * reads: a setting that it does not read is not in its key, and changing it runs nothing again.
 */
export function stagesOf(trial: PlannedTrial, ground: PlanGround): readonly PlannedStage[] {
  const plan = stagePlanner(ground.codeVersions);
  const sessions = sessionsStage(trial.protocol, ground.files, ground.codeVersions);
  const planned: TrialInPlan = { trial, ground, plan, sessions };
  if (METHODS[trial.settings.method].trained === 'no') {
    const model = baseline(planned);
    return [sessions, model, evaluation(planned, model, {})];
  }
  const { stages, training, testUncertainty } = trainedStages(planned);
  const strata = read(testUncertainty, { uncertainty: 'uncertainty.safetensors' });
  return [sessions, ...stages, evaluation(planned, training, strata)];
}

/** The distinct stages of some trials, in an order in which they can run: the trials' order, inputs first. */
export function distinctStages(trials: readonly (readonly PlannedStage[])[]): readonly PlannedStage[] {
  return [...new Map(trials.flat().map((stage) => [stage.key, stage])).values()];
}

/** The first stage of every trial on a data set. */
export function sessionsStage(
  protocol: ResolvedProtocol,
  files: Pick<PlanGround['files'], 'interactions'>,
  codeVersions: CodeVersions,
): PlannedStage {
  const interactions = { from: 'dataset', hash: files.interactions } as const;
  return stagePlanner(codeVersions)('sessions', sessionsParameters(protocol), { interactions });
}

/** What the sessions of a trial follow from, under its protocol. */
export function sessionsParameters(protocol: ResolvedProtocol): {
  readonly [Key in 'sessions' | 'split' | 'minItemCount' | 'minLength']: ResolvedProtocol[Key];
} {
  const { sessions, split, minItemCount, minLength } = protocol;
  return { sessions, split, minItemCount, minLength };
}

/** Only `counts: all` may look beyond the training data: that it does is its point, and shows in its inputs. */
function baseline({ trial: { settings }, sessions, plan }: TrialInPlan): PlannedStage {
  const looksAhead = settings.method === 'popularity' && settings.popularity.counts === 'all';
  const files = { train: 'train.safetensors', valid: 'valid.safetensors', test: 'test.safetensors' };
  return plan('baseline', baselineParameters(settings), read(sessions, looksAhead ? files : { train: files.train }));
}

function baselineParameters(settings: Settings): JsonObject {
  switch (settings.method) {
    case 'popularity':
      return { method: 'popularity', counts: settings.popularity.counts };
    case 'item-knn':
      return { method: 'item-knn', ...settings.itemKnn };
    case 'vs-knn':
      return { method: 'vs-knn', ...settings.vsKnn };
    case 'backbone':
    case 'capacity-control':
    case 'auxiliary-only':
    case 'category-intent':
    case 'sprint':
    case 'llm-ranker':
      throw new Error(`Method ${settings.method} is trained, and no baseline.`);
  }
}

function evaluation({ trial, sessions, plan }: TrialInPlan, model: PlannedStage, strata: Inputs): PlannedStage {
  const { evaluate, maskSeen, cutoffs, maxLength } = trial.protocol;
  const parameters = { method: trial.settings.method, evaluate, maskSeen, cutoffs, maxLength };
  return plan('evaluation', parameters, {
    ...read(model, { model: 'model.safetensors' }),
    ...read(sessions, { valid: 'valid.safetensors', test: 'test.safetensors' }),
    ...strata,
  });
}
