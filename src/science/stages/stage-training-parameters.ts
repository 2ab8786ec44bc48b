import type { EnrichmentSettings } from '#science/training/enrichment.ts';
import type { IntentGradient } from '#science/training/training-loss.ts';
import type { BackboneParameters } from './stage-training.ts';

/** What all trained methods share: enough of enrichment that its schedule is theirs too (science C.9). */
type ScheduledParameters = BackboneParameters &
  Readonly<{
    /** First epoch with enrichment (E_s) and epochs until it has its full weight (E_r); `auto` follows from the warm-up. */
    start: number | 'auto';
    ramp: number | 'auto';
  }>;

/** The intent predictor (science C.7). */
type PredictorParameters = Readonly<{
  predictor: Readonly<{
    /** Not read by `auxiliary-only`, which fuses nothing. */
    fusion: 'gated' | 'add';
    init: 'learned' | 'text' | 'frozen-text';
    /** τ_p */
    temperature: number;
    dropout: number;
  }>;
  /** Of the backbone, where it starts from a warm-up; `learningRate` is then that of the predictor. */
  backboneLearningRate: number | null;
}>;

/** All parameters of the method and none of its labels: what a gain of parameters alone would be. */
export type CapacityControlParameters = ScheduledParameters &
  PredictorParameters &
  Readonly<{
    method: 'capacity-control';
    /** M */
    intents: number;
  }>;

/** Methods that learn from labels. */
export type TaughtParameters = ScheduledParameters &
  PredictorParameters &
  Readonly<{
    method: 'auxiliary-only' | 'category-intent' | 'sprint';
    labels: Readonly<{ smoothing: number; shuffle: boolean; intentGradient: IntentGradient }>;
    enrichment: Readonly<{ strategy: 'none' }> | EnrichmentSettings;
    loss: Readonly<{ intent: number; enrichment: number }>;
  }>;

export type TrainingParameters =
  (ScheduledParameters & Readonly<{ method: 'backbone' }>) | CapacityControlParameters | TaughtParameters;
