import { canonicalJson } from '#kernel/json.ts';
import type { ItemText } from '#science/models/item-text.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { itemTexts } from '#science/text/item-texts.ts';
import type { BackboneSettings, EpochEnd, TrainedBackbone } from '#science/training/backbone-training.ts';
import { artifactOf } from './stage-artifact.ts';
import type { MetricPoint, StageInput, StageReport } from './stage.ts';

/** What warm-up and training share of their parameters. */
export type BackboneParameters = Readonly<{
  backbone: Readonly<{
    kind: 'sasrec';
    dimension: number;
    layers: number;
    heads: number;
    dropout: number;
    /** `hashed`: the stage is given the data set's `items` and the `catalogue`. */
    itemText: 'none' | 'hashed';
  }>;
  /** Items that the model sees, the latest. */
  maxLength: number;
  epochs: number;
  /** In sessions. */
  batch: number;
  learningRate: number;
  /** `off`: all epochs are trained, and the last is kept. */
  patience: number | 'off';
  seed: number;
}>;

export function backboneSettings(
  { backbone, maxLength, epochs, batch, learningRate, patience, seed }: BackboneParameters,
  own: Pick<BackboneSettings, 'seedKind' | 'firstEligibleEpoch'>,
): BackboneSettings {
  const { dimension, layers, heads, dropout } = backbone;
  return { dimension, layers, heads, dropout, maxLength, epochs, batch, learningRate, patience, seed, ...own };
}

/** The texts of the catalogue's items as vectors; `undefined` for a backbone that knows them by their ids alone. */
export async function itemTextOf({
  parameters,
  artifacts,
}: Pick<StageInput<BackboneParameters>, 'parameters' | 'artifacts'>): Promise<ItemText | undefined> {
  if (parameters.backbone.itemText === 'none') return undefined;
  const catalogue = decodeSafetensors(artifactOf(artifacts, 'catalogue'));
  const texts = itemTexts(artifactOf(artifacts, 'items'), numbersOf(catalogue, 'item', 'I32'));
  return new HashedNgrams().embed(texts);
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
    const { epoch, loss, validNdcg20, tokens, measures } = report;
    const metrics: MetricPoint[] = [
      { name: 'loss', split: 'train', step: epoch, value: loss },
      { name: 'ndcg@20', split: 'valid', step: epoch, value: validNdcg20 },
      ...Object.entries(measures).map(([name, value]) => ({ name, split: 'train', step: epoch, value }) as const),
    ];
    yield { kind: 'epoch', epoch, epochs, tokens, metrics, checkpoint };
  }
}

/** The best epoch W of a training: what sets the schedule of the trainings that read it (science C.9). */
export interface BestEpochFile {
  readonly epoch: number;
  /** `null` without early stopping: nothing that is kept depends on the validation sessions. */
  readonly validNdcg20: number | null;
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
