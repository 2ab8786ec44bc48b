import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import type { CallCost } from '#features/calls/domain/call-cost.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import { factsOf, type StageFacts } from './domain/stage-facts.ts';

export interface StageMemoryTools {
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly events: EventsService;
  readonly stages: StagesService;
}

/** So many stages, and points of them, are remembered. */
const MOST = { stages: 1_000, points: 100_000 };

/**
 * What our rows know of stages, read once: trials share most of theirs, and those that have ended stay as they are. Whatever
 * becomes of a stage is told by an event, which has it forgotten.
 */
export class StageMemory {
  private readonly facts = new Map<StageKey, Promise<StageFacts | null>>();
  private readonly costs = new Map<StageKey, Promise<CallCost | null>>();
  private points = 0;

  constructor(private readonly tools: StageMemoryTools) {}

  forget(keys: Iterable<StageKey>): void {
    for (const key of keys) {
      this.facts.delete(key);
      this.costs.delete(key);
    }
  }

  forgetAll(): void {
    this.facts.clear();
    this.costs.clear();
    this.points = 0;
  }

  /** In the order of the keys, without those that have no row. */
  async factsOf(keys: readonly StageKey[]): Promise<readonly StageFacts[]> {
    this.makeRoom();
    return known(this.facts, keys, (unknown) => this.loadFacts(unknown));
  }

  /** What their calls of the language model cost: final for a stage that has ended. */
  async costsOf(keys: readonly StageKey[]): Promise<readonly CallCost[]> {
    this.makeRoom();
    return known(this.costs, keys, async (unknown) => {
      const costs = await this.tools.calls.costOf(unknown);
      return new Map(unknown.flatMap((key) => [[key, costs.get(key)] as const]));
    });
  }

  private makeRoom(): void {
    if (this.points > MOST.points || this.facts.size > MOST.stages || this.costs.size > MOST.stages) this.forgetAll();
  }

  private async loadFacts(keys: readonly StageKey[]): Promise<ReadonlyMap<StageKey, StageFacts>> {
    const { stages, events, artifacts } = this.tools;
    const found = await stages.findByKeys(keys);
    const metrics = await stages.metricsOf(keys);
    this.points += metrics.length;
    const measured = groupBy(metrics, ({ stage }) => stage);
    const files = groupBy(await artifacts.of('stage', keys), ({ owner }) => owner.id);
    const told = [...(await events.about('stage', keys, 'epoch')), ...(await events.about('stage', keys, 'succeeded'))];
    const happened = groupBy(told, ({ subject }) => subject.id);
    const executions = groupBy(await stages.executionsOf(keys), ({ stage }) => stage);
    const facts = [...found.values()].map((stage): [StageKey, StageFacts] => {
      const last = executions.get(stage.key)?.at(-1);
      return [
        stage.key,
        {
          stage,
          metrics: measured.get(stage.key) ?? [],
          artifacts: finished(files.get(stage.key) ?? [], stage.status === 'succeeded'),
          ...factsOf(happened.get(stage.key) ?? []),
          failure: last?.error ?? null,
        },
      ];
    });
    return new Map(facts);
  }
}

/** Loads what is not remembered yet, all of it at once; two who ask for the same wait for one answer. */
async function known<Fact>(
  memory: Map<StageKey, Promise<Fact | null>>,
  keys: readonly StageKey[],
  load: (unknown: readonly StageKey[]) => Promise<ReadonlyMap<StageKey, Fact | undefined>>,
): Promise<readonly Fact[]> {
  const unknown = keys.filter((key) => !memory.has(key));
  if (unknown.length > 0) {
    const loading = load(unknown);
    for (const key of unknown)
      memory.set(
        key,
        loading.then((all) => all.get(key) ?? null),
      );
  }
  const found = await Promise.all(keys.map((key) => memory.get(key) ?? Promise.resolve(null)));
  return found.filter((one) => one !== null);
}

/** What a running stage keeps, its checkpoint, is replaced at the next epoch. */
function finished(artifacts: readonly Artifact[], isDone: boolean): readonly Artifact[] {
  return isDone ? artifacts : [];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
