import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import type { Manifest, Settings } from './manifest-schema.ts';
import { armValues, isSameValue, withValues } from './setting-keys.ts';

/** One combination of settings, seeds aside. */
export interface Arm {
  readonly name: string;
  readonly settings: Settings;
  /** The values of the varying axes by dotted key, in manifest order; empty for a named arm. */
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly origin: 'grid' | 'named';
}

/** What multiplies: one axis, or axes that move together. A point gives a value to each of its keys. */
export interface Dimension {
  readonly keys: readonly string[];
  readonly points: readonly ReadonlyMap<string, JsonValue>[];
}

/** More arms, or more trials, than this is a slip of the pen. */
export const MOST_ARMS = 100_000;

/** The axes in manifest order, linked ones after. */
export function dimensionsOf({ axes, link }: Pick<Manifest, 'axes' | 'link'>): readonly Dimension[] {
  const single = Object.entries(axes).map(([key, values]) => ({ [key]: values }));
  return [...single, ...link].map(dimensionOf);
}

/** The arms of the grid before any is excluded, without making them. */
export function gridSize(manifest: Pick<Manifest, 'axes' | 'link' | 'arms'>): number {
  const dimensions = dimensionsOf(manifest);
  if (dimensions.length === 0) return manifest.arms.length === 0 ? 1 : 0;
  return dimensions.reduce((product, { points }) => product * points.length, 1);
}

/** Does one point of each dimension have all of these values? */
export function matchesGrid(values: Readonly<Record<string, JsonValue>>, dimensions: readonly Dimension[]): boolean {
  return dimensions.every(({ points }) => points.some((point) => matchesPoint(values, point)));
}

/**
 * The arms of the grid (the product of the axes, linked axes moving together, less what is excluded), then the named arms.
 * Without axes there is one arm, named by its method, unless arms are named: then there is no grid.
 */
export function expandArms(manifest: Manifest): readonly Arm[] {
  return [...gridArms(manifest), ...manifest.arms.map((arm) => namedArm(manifest, arm))];
}

function dimensionOf(lists: Readonly<Record<string, readonly JsonValue[]>>): Dimension {
  const keys = Object.keys(lists);
  const lengths = Object.values(lists).map((values) => values.length);
  const length = lengths.length === 0 ? 0 : Math.min(...lengths);
  const points = Array.from({ length }, (_, index) => {
    return new Map(Object.entries(lists).map(([key, values]) => [key, values[index] ?? null]));
  });
  return { keys, points };
}

function matchesPoint(values: Readonly<Record<string, JsonValue>>, point: ReadonlyMap<string, JsonValue>): boolean {
  return [...point].every(([key, value]) => !Object.hasOwn(values, key) || isSameValue(value, values[key] ?? null));
}

function gridArms(manifest: Manifest): readonly Arm[] {
  if (gridSize(manifest) === 0) return [];
  const dimensions = dimensionsOf(manifest);
  const varying = dimensions.flatMap(varyingKeys);
  const excluded = manifest.exclude.map((values) =>
    dimensions.map(({ points }) => points.map((point) => matchesPoint(values, point))),
  );
  const arms: Arm[] = [];
  for (const cell of cellsOf(dimensions)) {
    if (excluded.some((masks) => cell.every((point, dimension) => masks[dimension]?.[point]))) continue;
    arms.push(gridArm(manifest.settings, varying, pointsOf(dimensions, cell)));
  }
  return arms;
}

/** An axis that has one value everywhere tells no arm from another. */
function varyingKeys({ keys, points }: Dimension): readonly string[] {
  return keys.filter((key) => new Set(points.map((point) => canonicalJson(point.get(key) ?? null))).size > 1);
}

/** The indexes of a point in each dimension, the last dimension fastest. */
function* cellsOf(dimensions: readonly Dimension[]): Generator<readonly number[]> {
  const cell = dimensions.map(() => 0);
  for (let moved = 0; moved !== -1;) {
    yield [...cell];
    moved = cell.findLastIndex((index, dimension) => index + 1 < (dimensions[dimension]?.points.length ?? 0));
    if (moved !== -1) cell.splice(moved, cell.length, (cell[moved] ?? 0) + 1, ...cell.slice(moved + 1).fill(0));
  }
}

function pointsOf(dimensions: readonly Dimension[], cell: readonly number[]): ReadonlyMap<string, JsonValue> {
  return new Map(dimensions.flatMap(({ points }, dimension) => [...(points[cell[dimension] ?? 0] ?? [])]));
}

function gridArm(inherited: Settings, varying: readonly string[], values: ReadonlyMap<string, JsonValue>): Arm {
  const settings = withValues(inherited, values);
  const shown = varying.map((key): [string, JsonValue] => [key, values.get(key) ?? null]);
  const name = shown.map(([key, value]) => `${key}=${typeof value === 'string' ? value : canonicalJson(value)}`);
  return { name: name.join(', ') || settings.method, settings, values: Object.fromEntries(shown), origin: 'grid' };
}

function namedArm({ settings }: Manifest, arm: Manifest['arms'][number]): Arm {
  return { name: arm.name, settings: withValues(settings, armValues(arm)), values: {}, origin: 'named' };
}
