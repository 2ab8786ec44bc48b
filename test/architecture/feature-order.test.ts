import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
const FEATURE = /^src\/features\/([^/]+)\//;

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Which feature imports which, tests aside. Dependency-cruiser's own rules see files, not folders without their tests. */
async function featureEdges(): Promise<Edges> {
  const options = await extractDepcruiseOptions(join(REPOSITORY, '.dependency-cruiser.mjs'));
  const { output } = await cruise(['src/features'], { ...options, baseDir: REPOSITORY });
  const edges = new Map<string, Set<string>>();
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    const from = FEATURE.exec(source)?.[1];
    if (from === undefined || source.endsWith('.test.ts')) continue;
    const known = edges.get(from) ?? new Set();
    edges.set(from, known);
    for (const { resolved } of dependencies) {
      const to = FEATURE.exec(resolved)?.[1];
      if (to !== undefined && to !== from) known.add(to);
    }
  }
  return edges;
}

/** What is left when features that know only features already taken are taken away, again and again: the circles. */
function circlesIn(edges: Edges): readonly string[] {
  const left = new Map(edges);
  for (;;) {
    const free = [...left].filter(([, known]) => [...known].every((feature) => !left.has(feature)));
    if (free.length === 0) return [...left.keys()].sort();
    for (const [feature] of free) left.delete(feature);
  }
}

describe('the features', () => {
  it('can be put in an order in which each knows only those before it', async () => {
    const edges = await featureEdges();
    expect(edges.size).toBeGreaterThan(5);
    expect(circlesIn(edges)).toEqual([]);
  });

  it('would be seen to form a circle', () => {
    const edges = new Map([
      ['events', new Set<string>()],
      ['trials', new Set(['events', 'stages'])],
      ['stages', new Set(['trials'])],
    ]);
    expect(circlesIn(edges)).toEqual(['stages', 'trials']);
  });
});
