import type { StageGraphAnswer } from '#features/boards/http/experiments.schema.ts';
import { expect, it } from 'vitest';
import { placed } from './graph-layout.ts';

const node = (id: string): StageGraphAnswer['nodes'][number] => ({
  id,
  kind: id,
  label: '',
  arms: 1,
  trials: 1,
  stages: 1,
  counts: {},
  seconds: 0,
  keys: [],
});

it('places what reads to the right of what it reads, and ends on a cycle too', () => {
  const links = [
    { from: 'sessions', to: 'warm-up', stages: 1 },
    { from: 'warm-up', to: 'training', stages: 1 },
    { from: 'sessions', to: 'training', stages: 1 },
  ];
  const graph: StageGraphAnswer = {
    experiment: 'e',
    revision: 1,
    by: 'kind',
    nodes: ['training', 'sessions', 'warm-up'].map(node),
    links,
  };
  const xs = new Map(placed(graph).nodes.map(({ id, x }) => [id, x]));
  expect(xs.get('sessions')! < xs.get('warm-up')! && xs.get('warm-up')! < xs.get('training')!).toBe(true);
  expect(placed({ ...graph, links: [...links, { from: 'training', to: 'sessions', stages: 1 }] }).nodes).toHaveLength(
    3,
  );
});
