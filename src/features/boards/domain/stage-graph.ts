import type { StageGraphAnswer } from '../http/experiments.schema.ts';
import { rounded } from './board.ts';
import type { Outline } from './outline.ts';
import { countStatuses, type StageFacts } from './stage-facts.ts';

type Node = StageGraphAnswer['nodes'][number];

export interface StageLink {
  /** Keys: `from` makes what `to` reads. */
  readonly from: string;
  readonly to: string;
}

/** Nodes that can still be told apart on a screen. */
const MOST_NODES = 60;
const SHOWN_KEYS = 20;

/** The stages of a revision, those of one kind for the same arms together; of one kind all, where that would be too many. */
export function stageGraph(
  outline: Outline,
  facts: StageFacts,
  links: readonly StageLink[],
  arm: string | null,
): Pick<StageGraphAnswer, 'by' | 'nodes' | 'links'> {
  const readers = armsByStage(outline);
  const places = [...outline.stages.keys()].filter((place) => arm === null || readers[place]?.has(arm) === true);
  const byArms = grouped(
    places,
    (place) => `${outline.stages[place]?.kind ?? ''} ${[...(readers[place] ?? [])].join('\n')}`,
  );
  const by = byArms.size > MOST_NODES ? 'kind' : 'arms';
  const groups = by === 'arms' ? byArms : grouped(places, (place) => outline.stages[place]?.kind ?? '');
  const nodes = [...groups.values()].map((group, index) => nodeOf(`n${index}`, group, { outline, facts, readers }));
  return { by, nodes, links: linksBetween([...groups.values()], outline, links) };
}

/** At each place of the outline the arms that have the stage. */
function armsByStage({ stages, trials }: Outline): readonly ReadonlySet<string>[] {
  const arms = stages.map(() => new Set<string>());
  for (const { arm, steps } of trials) for (const step of steps) arms[step]?.add(arm);
  return arms;
}

function grouped(places: readonly number[], keyOf: (place: number) => string): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const key = keyOf(place);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [place]);
    else known.push(place);
  }
  return groups;
}

interface Ground {
  readonly outline: Outline;
  readonly facts: StageFacts;
  readonly readers: readonly ReadonlySet<string>[];
}

function nodeOf(id: string, places: readonly number[], { outline, facts, readers }: Ground): Node {
  const arms = new Set(places.flatMap((place) => [...(readers[place] ?? [])]));
  const own = new Set(places);
  const trials = outline.trials.filter(({ steps }) => steps.some((step) => own.has(step))).length;
  return {
    id,
    kind: outline.stages[places[0] ?? 0]?.kind ?? '',
    label: labelOf(arms, outline),
    arms: arms.size,
    trials,
    stages: places.length,
    counts: countStatuses(places.map((place) => facts.status[place] ?? 'blocked')),
    seconds: rounded(places.reduce((sum, place) => sum + (facts.seconds[place] ?? 0), 0)),
    keys: places.slice(0, SHOWN_KEYS).map((place) => outline.stages[place]?.key ?? ''),
  };
}

function labelOf(arms: ReadonlySet<string>, outline: Outline): string {
  const all = new Set(outline.arms.map(({ name }) => name)).size;
  const [only = ''] = arms;
  if (arms.size === 1) return only;
  return arms.size === all ? 'all arms' : `${arms.size} arms`;
}

function linksBetween(
  groups: readonly (readonly number[])[],
  { stages }: Outline,
  links: readonly StageLink[],
): StageGraphAnswer['links'] {
  const nodeOfKey = new Map(
    groups.flatMap((places, index) => places.map((place) => [stages[place]?.key ?? '', `n${index}`] as const)),
  );
  const counts = new Map<string, StageGraphAnswer['links'][number]>();
  for (const link of links) {
    const [from, to] = [nodeOfKey.get(link.from), nodeOfKey.get(link.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from} ${to}`;
    counts.set(key, { from, to, stages: (counts.get(key)?.stages ?? 0) + 1 });
  }
  return [...counts.values()];
}
