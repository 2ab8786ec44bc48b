import { canonicalJson } from '#kernel/json.ts';
import type { BackboneSettings, EpochEnd, TrainedBackbone } from '#science/training/backbone-training.ts';
import type { MetricPoint, StageReport } from './stage.ts';

/** What warm-up and training share of their parameters. */
export type BackboneParameters = Readonly<{
  backbone: Readonly<{
    kind: 'sasrec';
    dimension: number;
    layers: number;
    heads: number;
    dropout: number;
  }>;
  /** Items that the model sees, the latest. */
  maxLength: number;
  epochs: number;
  /** In sessions. */
  batch: number;
  learningRate: number;
  patience: number;
  seed: number;
}>;

export function backboneSettings(
  { backbone, maxLength, epochs, batch, learningRate, patience, seed }: BackboneParameters,
  own: Pick<BackboneSettings, 'seedKind' | 'firstEligibleEpoch'>,
): BackboneSettings {
  const { dimension, layers, heads, dropout } = backbone;
  return { dimension, layers, heads, dropout, maxLength, epochs, batch, learningRate, patience, seed, ...own };
}

/** The epochs of a training as a stage reports them. */
export async function* reportedEpochs(
  training: AsyncGenerator<EpochEnd, TrainedBackbone>,
  epochs: number,
): AsyncGenerator<StageReport, TrainedBackbone> {
  for (;;) {
    const step = await training.next();
    if (step.done === true) return step.value;
    const { report, checkpoint } = step.value;
    const { epoch, loss, validNdcg20, tokens } = report;
    const metrics: MetricPoint[] = [
      { name: 'loss', split: 'train', step: epoch, value: loss },
      { name: 'ndcg@20', split: 'valid', step: epoch, value: validNdcg20 },
    ];
    yield { kind: 'epoch', epoch, epochs, tokens, metrics, checkpoint };
  }
}

/** The best epoch W of a training: what sets the schedule of the trainings that read it (science C.9). */
export interface BestEpochFile {
  readonly epoch: number;
  readonly validNdcg20: number;
  /** Epochs trained. */
  readonly epochs: number;
}

export function encodeBest({ best, epochs }: TrainedBackbone): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ ...best, epochs }));
}

/** The bytes come from the stage that wrote them, verified by their hash. */
export function decodeBest(bytes: Uint8Array): BestEpochFile {
  return JSON.parse(new TextDecoder().decode(bytes)) as BestEpochFile;
}

export function bestEpochMetric({ best }: TrainedBackbone): MetricPoint {
  return { name: 'bestEpoch', split: 'valid', step: 0, value: best.epoch };
}
