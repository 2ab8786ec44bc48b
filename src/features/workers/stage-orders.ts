import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { StageInput, StageOrder } from '#features/stages/domain/stage-order.ts';
import type { Stage, StageSource } from '#features/stages/domain/stage.ts';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';

/** Bits depend on the build of the runtime and the class of processor: a checkpoint is continued only where it was made. */
export function checkpointName(environment: JsonObject): string {
  return `checkpoint-${contentHash(canonicalJson(environment)).slice(0, 8)}.safetensors`;
}

/** What the process of a stage is told: the files that it reads, and where it writes. */
export async function orderFor(
  stage: Stage,
  artifacts: ArtifactsService,
  place: { readonly folder: string; readonly checkpoint: string },
): Promise<StageOrder> {
  const inputs: Record<string, StageInput> = {};
  for (const [name, source] of Object.entries(stage.inputs)) {
    const hash = await hashOf(source, artifacts);
    inputs[name] = { path: artifacts.store.pathOf(hash), hash, from: source.from };
  }
  const own = await artifacts.of('stage', [stage.key]);
  const checkpoint = own.find(({ name }) => name === place.checkpoint);
  if (checkpoint !== undefined) {
    const { hash } = checkpoint;
    inputs['checkpoint'] = { path: artifacts.store.pathOf(hash), hash, from: 'stage' };
  }
  return { kind: stage.kind, parameters: stage.parameters, inputs, outputFolder: place.folder };
}

async function hashOf(source: StageSource, artifacts: ArtifactsService): Promise<ContentHash> {
  if (source.from === 'dataset') return source.hash;
  const made = await artifacts.of('stage', [source.stage]);
  const artifact = made.find(({ name }) => name === source.artifact);
  if (artifact === undefined) throw new Error(`Stage ${source.stage} made no ${source.artifact}.`);
  return artifact.hash;
}
