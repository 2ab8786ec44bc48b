import { decodePool, type IntentPool } from '#science/intents/intent-pool.ts';
import { CandidateDraw } from '#science/intents/candidates.ts';
import { decodeNegatives, negativesOf } from '#science/intents/hard-negatives.ts';
import { PoolSnapshot } from '#science/intents/pool-snapshot.ts';
import { type ShownItem, shownItems } from '#science/intents/prompts/shown-item.ts';
import type { Loop } from '#science/intents/session-questions.ts';
import type { CallPurpose } from '#science/llm/call-book.port.ts';
import type { InquirySettings } from '#science/llm/inquiry.ts';
import { SimulatedLanguageModel } from '#science/llm/simulated-language-model.ts';
import { fitPopularity } from '#science/models/popularity.ts';
import { decodeView, type SessionView } from '#science/sessions/session-view.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { type DescribedItem, describedItems } from '#science/text/item-texts.ts';
import type { TextEmbedder } from '#science/text/text-embedder.port.ts';
import { artifactOf } from './stage-artifact.ts';
import type { LanguageModelParameters, LoopParameters } from './stage-profiling.ts';
import type { StageInput } from './stage.ts';

/** The catalogue's items as the data set describes them. */
export function describedCatalogue(artifacts: StageInput['artifacts']): readonly DescribedItem[] {
  const catalogue = decodeSafetensors(artifactOf(artifacts, 'catalogue'));
  return describedItems(artifactOf(artifacts, 'items'), numbersOf(catalogue, 'item', 'I32'));
}

/** How a stage asks its language model. */
export function inquirySettings(
  { artifacts, calls }: Pick<StageInput, 'artifacts' | 'calls'>,
  llm: LanguageModelParameters,
  seen: { readonly train: SessionView; readonly items: readonly ShownItem[]; readonly seed: number },
): InquirySettings {
  const { counts } = fitPopularity(seen.train);
  const items = seen.items.slice(1).map(({ title, category }, at) => ({ title, category, clicks: counts[at + 1]! }));
  const model = new SimulatedLanguageModel(llm, { items, synonyms: synonymsOf(artifacts['synonyms']) });
  return { model, calls, temperature: llm.temperature, maxTokens: llm.maxTokens, sample: seen.seed };
}

/** What the predict-and-correct loop works with, and the pool that it begins with. */
export interface OpenedLoop {
  readonly loop: Loop;
  readonly train: SessionView;
  readonly pool: IntentPool;
  readonly embedder: TextEmbedder;
}

export async function openLoop(
  { parameters, artifacts, calls }: Pick<StageInput<LoopParameters>, 'parameters' | 'artifacts' | 'calls'>,
  purpose: CallPurpose,
): Promise<OpenedLoop> {
  const train = decodeView(artifactOf(artifacts, 'train'));
  const pool = decodePool(artifactOf(artifacts, 'pool'));
  const items = shownItems(describedCatalogue(artifacts));
  const embedder = new HashedNgrams();
  const { llm, seed } = parameters;
  const loop: Loop = {
    settings: parameters,
    purpose,
    inquiry: inquirySettings({ artifacts, calls }, llm, { train, items, seed }),
    snapshot: await PoolSnapshot.of(pool, embedder),
    items,
    candidates: new CandidateDraw(train, parameters),
    negativesOf: negativesOf(decodeNegatives(artifactOf(artifacts, 'negatives'))),
  };
  return { loop, train, pool, embedder };
}

/** The bytes come from the generator of the data set, verified by their hash. */
function synonymsOf(bytes: Uint8Array | undefined): Readonly<Record<string, readonly string[]>> {
  if (bytes === undefined) return {};
  return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, readonly string[]>>;
}
