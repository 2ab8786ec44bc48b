import type { Trial } from '#features/trials/domain/trial.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { isRecommenderMethod, type RecommenderMethod } from '#science/models/recommender-file.ts';

export class TrialNotFinishedError extends DomainError<'TRIAL_NOT_FINISHED'> {
  constructor({ id, arm, dataset, status }: Trial) {
    const whatToDo =
      status === 'failed' ? `\`sprintlab trials show ${id}\` says why` : '`sprintlab run` of its manifest finishes it';
    super('TRIAL_NOT_FINISHED', `Trial ${id} (${arm} on ${dataset}) has no model: it is ${status}. ${whatToDo}.`);
  }
}

export class TrialCannotRecommendError extends DomainError<'TRIAL_CANNOT_RECOMMEND'> {
  constructor({ id, settings }: Trial) {
    super('TRIAL_CANNOT_RECOMMEND', `Trial ${id} keeps no model that recommends: its method is ${settings.method}.`);
  }
}

/** The numbers of a trial's items lead to ids only through the data that it was made from. */
export class DatasetChangedError extends DomainError<'DATASET_CHANGED'> {
  constructor({ id, dataset }: Trial, problem: 'is not registered any more' | 'has other interactions now') {
    super(
      'DATASET_CHANGED',
      `Data set ${dataset}, which trial ${id} was made from, ${problem}, so that the items of the trial have no ids. ` +
        `Import or generate it as it was under that name.`,
    );
  }
}

/** @throws TrialNotFinishedError, TrialCannotRecommendError */
export function recommenderMethodOf(trial: Trial): RecommenderMethod {
  if (trial.status !== 'succeeded') throw new TrialNotFinishedError(trial);
  const { method } = trial.settings;
  if (!isRecommenderMethod(method)) throw new TrialCannotRecommendError(trial);
  return method;
}
