import type { TrainedBackbone } from '#science/training/backbone-training.ts';
import type { IntentTraining } from '#science/training/intent-training.ts';
import { ENRICHMENT_ACTIVE_EPOCHS } from '#science/training/teaching.ts';
import type { MetricPoint } from './stage.ts';
import type { TrainingParameters } from './stage-training-parameters.ts';

/** Below it nearly all sessions are given one intent. */
const COLLAPSED_ENTROPY = 0.1;
const COLLAPSED_SHARE = 0.9;
/** Above it no session is given any. */
const UNIFORM = 0.999;

/** What a person should know before the first epoch. */
export function warningsBefore(parameters: TrainingParameters, intents: IntentTraining | undefined): readonly string[] {
  if (parameters.method === 'backbone' || parameters.method === 'capacity-control') return [];
  if (intents === undefined)
    return ['The pool has no active intent: the backbone is trained alone, and this arm shows nothing of intents.'];
  if (intents.teaching?.labels.intents.length === 0)
    return ['No session has a label: the intent predictor is taught by none.'];
  return [];
}

/** What a person should know of the epoch that was kept. */
export function warningsAfter(
  parameters: TrainingParameters,
  intents: IntentTraining | undefined,
  trained: TrainedBackbone,
): readonly string[] {
  const isVoid = enrichmentMetrics(parameters, trained).some(({ value }) => value === 0);
  return [
    // A single intent is that of every session: there is no distribution that could collapse or stay uniform.
    ...(intents?.teaching == null || intents.predictor.intents < 2
      ? []
      : monitorWarnings(trained, intents.teaching.labels.intents.length > 0)),
    ...(isVoid ? ['The enrichment never acted in the kept model: a contrast with it is void.'] : []),
  ];
}

/** How many epochs up to the kept one were enriched, where enrichment was asked for. */
export function enrichmentMetrics(parameters: TrainingParameters, { notes }: TrainedBackbone): readonly MetricPoint[] {
  if (!('enrichment' in parameters) || parameters.enrichment.strategy === 'none') return [];
  const value = notes[ENRICHMENT_ACTIVE_EPOCHS] ?? 0;
  return [{ name: ENRICHMENT_ACTIVE_EPOCHS, split: 'train', step: 0, value }];
}

function monitorWarnings({ notes, best }: TrainedBackbone, hasLabels: boolean): readonly string[] {
  const { intentEntropy = 1, intentUncertainty = 0, topIntentShare = 0 } = notes;
  const isCollapsed = intentEntropy < COLLAPSED_ENTROPY || topIntentShare > COLLAPSED_SHARE;
  const collapse =
    `The intents collapsed: in the kept epoch ${best.epoch}, ${percent(topIntentShare)} of the sessions have the same likeliest ` +
    `intent, and the entropy of all is ${intentEntropy.toFixed(3)} of its maximum.`;
  const uniform =
    `The intent predictor stayed uniform: in the kept epoch ${best.epoch} its entropy is ${intentUncertainty.toFixed(4)} of its ` +
    `maximum in the mean. It learned nothing from the labels; raise loss.intent or the ratio.`;
  return [...(isCollapsed ? [collapse] : []), ...(hasLabels && intentUncertainty > UNIFORM ? [uniform] : [])];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
