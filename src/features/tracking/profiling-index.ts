import type { Stage, StageKey, StageStatus } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Subject } from './domain/run.ts';

/** What asks a language model, and so belongs to a profiling. */
export const ASKING: ReadonlySet<string> = new Set(['pool', 'probe', 'profiling-batch']);
/** Whoever was cancelled in the middle has asked, and paid, all the same. */
const HAS_ASKED: ReadonlySet<StageStatus> = new Set(['succeeded', 'failed', 'cancelled']);
/** What is known of keys never changes; so many are remembered. */
const REMEMBERED = 20_000;

/** Stages of a profiling whose traces are to be sent. */
export interface AskedStages {
  readonly members: readonly StageKey[];
  readonly stages: readonly Pick<Stage, 'key' | 'kind' | 'codeVersion'>[];
}

export const NOTHING_ASKED: AskedStages = { members: [], stages: [] };

/**
 * Which profiling a stage belongs to: a chain of batches, named by the first. The pool that it begins with, and the probes of
 * that pool, belong to the first chain that was planned with it; a pool that no chain reads is a profiling by itself.
 */
export class ProfilingIndex {
  private readonly before = new Map<StageKey, StageKey>();
  private readonly owners = new Map<StageKey, Promise<StageKey>>();

  constructor(private readonly stages: StagesService) {}

  /** Another chain may have been planned since they were asked for. */
  forgetOwners(): void {
    this.owners.clear();
  }

  /** `null` for a stage that asks nobody. */
  async of(stage: Stage): Promise<Subject | null> {
    if (!ASKING.has(stage.kind) || stage.parameters['source'] === 'categories') return null;
    const id = stage.kind === 'profiling-batch' ? await this.rootOf(stage.key) : await this.ownerOf(poolOf(stage));
    return { kind: 'profiling', id };
  }

  /** All stages of a profiling: pool and probes where they are its own, then the batches in their order. */
  async membersOf(root: StageKey): Promise<readonly Stage[]> {
    const first = (await this.stages.findByKeys([root])).get(root);
    if (first === undefined) return [];
    const pool = poolOf(first);
    const isOwner = (await this.ownerOf(pool)) === root;
    const own = isOwner ? await this.withProbes(pool) : [];
    const all = first.kind === 'pool' ? own : [...own, ...(await this.batchesFrom(first))];
    // Each once, also where a batch that reads no pool stands for its own.
    return [...new Map(all.map((stage) => [stage.key, stage])).values()];
  }

  /** The stages of a profiling that have told what they asked: all that have ended, whatever became of them. */
  async askedOf(root: StageKey): Promise<AskedStages> {
    const members = await this.membersOf(root);
    return { members: members.map(({ key }) => key), stages: members.filter(({ status }) => HAS_ASKED.has(status)) };
  }

  /** Within a trial: the profiling of its batches; of a trial without any, that of its pool. */
  async ofTrial(stages: readonly Stage[]): Promise<Subject | null> {
    const asking = stages.find(({ kind }) => kind === 'profiling-batch') ?? stages.find(({ kind }) => kind === 'pool');
    return asking === undefined ? null : this.of(asking);
  }

  private async rootOf(batch: StageKey): Promise<StageKey> {
    for (let key = batch; ;) {
      const known = this.before.get(key) ?? (await this.remember(key));
      if (known === key) return key;
      key = known;
    }
  }

  /** The batch before a batch, of the first one itself. */
  private async remember(key: StageKey): Promise<StageKey> {
    const stage = (await this.stages.findByKeys([key])).get(key);
    const source = stage?.inputs['pool'];
    const before =
      source?.from === 'stage' ? (await this.stages.findByKeys([source.stage])).get(source.stage) : undefined;
    const found = before?.kind === 'profiling-batch' ? before.key : key;
    if (this.before.size >= REMEMBERED) this.before.clear();
    this.before.set(key, found);
    return found;
  }

  private ownerOf(pool: StageKey): Promise<StageKey> {
    const found = this.owners.get(pool) ?? this.findOwner(pool);
    this.owners.set(pool, found);
    return found;
  }

  private async findOwner(pool: StageKey): Promise<StageKey> {
    const batches = await this.stages.readersOf([pool], 'profiling-batch');
    const [first] = batches.filter((stage) => poolOf(stage) === pool).sort(byPlan);
    return first?.key ?? pool;
  }

  private async withProbes(pool: StageKey): Promise<readonly Stage[]> {
    const found = (await this.stages.findByKeys([pool])).get(pool);
    const probes = [...(await this.stages.readersOf([pool], 'probe'))].sort(byPlan);
    return found === undefined ? probes : [found, ...probes];
  }

  /** Where a ratio ends inside of a batch the chain has two that follow one. */
  private async batchesFrom(first: Stage): Promise<readonly Stage[]> {
    const chain: Stage[] = [first];
    for (let last: readonly Stage[] = [first]; last.length > 0;) {
      const keys = last.map(({ key }) => key);
      const readers = await this.stages.readersOf(keys, 'profiling-batch');
      last = readers.filter((stage) => keys.includes(poolOf(stage))).sort(byPlan);
      chain.push(...last);
    }
    return chain;
  }
}

/** Of a pool itself; of whatever reads one, or a batch in its place, that. */
function poolOf({ key, kind, inputs }: Stage): StageKey {
  const source = inputs['pool'];
  return kind !== 'pool' && source?.from === 'stage' ? source.stage : key;
}

function byPlan(one: Stage, other: Stage): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.key < other.key ? -1 : 1);
}

/** Of what is no profiling, nothing. */
export async function askedOf({ kind, id }: Subject, index: ProfilingIndex): Promise<AskedStages> {
  return kind === 'profiling' ? index.askedOf(id as StageKey) : NOTHING_ASKED;
}
