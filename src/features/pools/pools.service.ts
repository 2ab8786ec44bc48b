import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Stage, StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import { decodePool } from '#science/intents/intent-pool.ts';
import type { StageKind } from '#science/stages/stage.ts';
import { POOL_ARTIFACT, POOL_KINDS, type PoolSnapshot } from './domain/pool-snapshot.ts';

/** The intent pools, as the stages left them that made and changed them. */
export class PoolsService {
  constructor(
    private readonly stages: StagesService,
    private readonly artifacts: ArtifactsService,
  ) {}

  /** The pools of some stages, or of all, a stage that made none left out, in the order of the stages. */
  async *ofStages(keys: readonly StageKey[] | null): AsyncGenerator<PoolSnapshot> {
    const makers = (await this.load(keys)).filter(({ kind }) => isPoolKind(kind));
    const artifacts = await this.artifacts.of(
      'stage',
      makers.map(({ key }) => key),
    );
    const pools = new Map(artifacts.filter(isPool).map(({ owner, hash }) => [owner.id, hash]));
    for (const { key, kind } of makers) {
      const artifact = pools.get(key);
      if (artifact === undefined) continue;
      yield { stage: key, kind, artifact, pool: decodePool(await this.artifacts.read(artifact)) };
    }
  }

  /** From the pool in which it began to what a stage made of it; nothing for a stage that made none. */
  async growthUpTo(stage: Stage): Promise<readonly PoolSnapshot[]> {
    const chain = [stage.key];
    for (let source = poolSource(stage); source !== null;) {
      chain.unshift(source);
      const earlier = await this.stages.get(source);
      source = poolSource(earlier);
    }
    const pools = await collect(this.ofStages(chain));
    return pools.at(-1)?.stage === stage.key ? pools : [];
  }

  /** The same of stages in the order in which a trial takes them. */
  growthAlong(keys: readonly StageKey[]): Promise<readonly PoolSnapshot[]> {
    return collect(this.ofStages(keys));
  }

  private async load(keys: readonly StageKey[] | null): Promise<readonly Stage[]> {
    if (keys === null) return this.stages.list();
    const found = await this.stages.findByKeys(keys);
    return keys.flatMap((key) => found.get(key) ?? []);
  }
}

function isPoolKind(kind: StageKind): boolean {
  return POOL_KINDS.some((one) => one === kind);
}

function isPool({ name }: Artifact): boolean {
  return name === POOL_ARTIFACT;
}

/** The stage whose pool this one began with. */
function poolSource({ inputs }: Stage): StageKey | null {
  const { pool } = inputs;
  return pool?.from === 'stage' ? pool.stage : null;
}

async function collect(pools: AsyncIterable<PoolSnapshot>): Promise<readonly PoolSnapshot[]> {
  const all: PoolSnapshot[] = [];
  for await (const pool of pools) all.push(pool);
  return all;
}
