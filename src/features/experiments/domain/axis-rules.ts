import { canonicalJson, type JsonValue } from '#kernel/json.ts';
import { dimensionsOf, gridSize, matchesGrid, MOST_ARMS, type Dimension } from './arms.ts';
import type { DocumentPath } from './document-node.ts';
import type { Manifest } from './manifest-schema.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { schemaMistakes, shown, type Mistake } from './schema-mistakes.ts';
import { isSameValue, SECTION_KEYS, SETTING_KEYS } from './setting-keys.ts';

/** Why what looks like an axis is none. */
const NO_AXIS: Readonly<Record<string, { readonly problem: string; readonly allowed: string }>> = {
  protocol: {
    problem: 'the protocol is not an axis, because numbers of two protocols cannot be compared',
    allowed: 'one manifest for each protocol',
  },
  seeds: {
    problem: 'seeds are not an axis, because every arm runs with the same seeds',
    allowed: 'a count or a list under seeds',
  },
  dataset: { problem: 'data sets are not written as an axis', allowed: 'a list under dataset' },
};

type Axes = Pick<Manifest, 'axes' | 'link'>;

/** What is wrong with the axes: their keys, their values, and how they are linked. */
export function axisMistakes(manifest: Axes): readonly Mistake[] {
  const single = Object.entries(manifest.axes).flatMap(([key, values]) => [
    ...keyMistakes(key, ['axes', key]),
    ...valueMistakes(key, values, ['axes', key]),
    ...repetitions(values, ['axes', key]),
  ]);
  return [...single, ...manifest.link.flatMap((group, index) => linkMistakes(manifest, group, index))];
}

/** Is a grid too large to be made? */
export function gridSizeMistakes(manifest: Manifest): readonly Mistake[] {
  const size = gridSize(manifest);
  if (size <= MOST_ARMS) return [];
  return [{ path: ['axes'], problem: `the axes make ${size} arms`, allowed: `at most ${MOST_ARMS}`, isKey: true }];
}

/** What is excluded must be there: an exclusion without effect is a slip. The axes are right when this is asked. */
export function exclusionMistakes(manifest: Manifest): readonly Mistake[] {
  const dimensions = dimensionsOf(manifest);
  return manifest.exclude.flatMap((values, index) => excludeMistakes(values, dimensions, ['exclude', index]));
}

/** The values that an axis takes, linked or not; `null` if it is none. */
export function axisValues({ axes, link }: Axes, key: string): readonly JsonValue[] | null {
  const holder = [axes, ...link].find((lists) => Object.hasOwn(lists, key));
  return holder?.[key] ?? null;
}

/** The axes of a manifest, linked ones after. */
export function axisKeys({ axes, link }: Axes): readonly string[] {
  return [axes, ...link].flatMap((lists) => Object.keys(lists));
}

/** A value that is said of an axis must be one of the axis. */
export function axisValueMistakes(
  manifest: Axes,
  key: string,
  value: JsonValue,
  path: DocumentPath,
): readonly Mistake[] {
  const values = axisValues(manifest, key);
  if (values === null) {
    const keys = axisKeys(manifest);
    const allowed = keys.length === 0 ? 'a key under axes or link; there is none' : `one of ${keys.join(', ')}`;
    return [{ path, problem: `${key} is not an axis`, allowed, suggestion: nearestWord(key, keys), isKey: true }];
  }
  if (values.some((one) => isSameValue(one, value))) return [];
  const words = values.filter((one) => typeof one === 'string');
  const suggestion = typeof value === 'string' ? nearestWord(value, words) : null;
  const problem = `${shown(value)} is not a value of the axis ${key}`;
  return [{ path, problem, allowed: `one of ${values.map((one) => canonicalJson(one)).join(', ')}`, suggestion }];
}

/** Is this a dotted settings key? */
export function keyMistakes(key: string, path: DocumentPath): readonly Mistake[] {
  if (SETTING_KEYS.has(key)) return [];
  const [section = ''] = key.split('.');
  const reason = Object.hasOwn(NO_AXIS, section) ? NO_AXIS[section] : undefined;
  if (reason !== undefined) return [{ path, ...reason, isKey: true }];
  const keys = SECTION_KEYS.get(section) ?? SECTION_KEYS.get(nearestWord(section, SECTION_KEYS.keys()) ?? '');
  const problem = SECTION_KEYS.has(key) ? 'this is a section of the settings, not a key' : 'this is not a settings key';
  const allowed = keys === undefined ? 'a dotted settings key such as selection.ratio' : `one of ${keys.join(', ')}`;
  const suggestion = SECTION_KEYS.has(key) ? null : nearestWord(key, SETTING_KEYS.keys());
  return [{ path, problem, allowed, suggestion, isKey: true }];
}

function valueMistakes(key: string, values: readonly JsonValue[], path: DocumentPath): readonly Mistake[] {
  const schema = SETTING_KEYS.get(key);
  if (values.length === 0) return [{ path, problem: 'the list is empty', allowed: 'at least one value' }];
  if (schema === undefined) return [];
  return values.flatMap((value, index) => schemaMistakes(schema, value, [...path, index]));
}

function repetitions(values: readonly JsonValue[], path: DocumentPath): readonly Mistake[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    const text = canonicalJson(value);
    if (seen.has(text))
      return [{ path: [...path, index], problem: `${text} is listed twice`, allowed: 'each value once' }];
    seen.add(text);
    return [];
  });
}

function linkMistakes(manifest: Axes, group: Manifest['link'][number], index: number): readonly Mistake[] {
  const path = ['link', index];
  const entries = Object.entries(group);
  if (entries.length === 0)
    return [{ path, problem: 'the mapping is empty', allowed: 'dotted settings keys with lists' }];
  const ofKeys = entries.flatMap(([key, values]) => [
    ...keyMistakes(key, [...path, key]),
    ...valueMistakes(key, values, [...path, key]),
    ...elsewhere(manifest, key, index),
  ]);
  const lengths = new Set(entries.map(([, values]) => values.length));
  if (lengths.size > 1) {
    const counts = entries.map(([key, values]) => `${key} has ${values.length}`).join(', ');
    return [...ofKeys, { path, problem: `linked lists differ in length: ${counts}`, allowed: 'lists of equal length' }];
  }
  return [...ofKeys, ...repeatedPoints(group, path)];
}

function elsewhere({ axes, link }: Axes, key: string, index: number): readonly Mistake[] {
  const isBefore = Object.hasOwn(axes, key) || link.slice(0, index).some((group) => Object.hasOwn(group, key));
  if (!isBefore) return [];
  const allowed = 'each key once, under axes or under link';
  return [{ path: ['link', index, key], problem: `${key} is an axis already`, allowed, isKey: true }];
}

function repeatedPoints(group: Manifest['link'][number], path: DocumentPath): readonly Mistake[] {
  const [dimension] = dimensionsOf({ axes: {}, link: [group] });
  const points = (dimension?.points ?? []).map((point) => canonicalJson(Object.fromEntries(point)));
  const twice = points.find((point, index) => points.indexOf(point) !== index);
  return twice === undefined ? [] : [{ path, problem: `${twice} is listed twice`, allowed: 'each combination once' }];
}

function excludeMistakes(
  values: Readonly<Record<string, JsonValue>>,
  dimensions: readonly Dimension[],
  path: DocumentPath,
): readonly Mistake[] {
  const axes = Object.fromEntries(
    dimensions.flatMap(({ keys, points }) => keys.map((key) => [key, points.map((point) => point.get(key) ?? null)])),
  );
  const entries = Object.entries(values);
  if (entries.length === 0) return [{ path, problem: 'the mapping is empty', allowed: 'axes with one value each' }];
  const ofValues = entries.flatMap(([key, value]) => axisValueMistakes({ axes, link: [] }, key, value, [...path, key]));
  if (ofValues.length > 0 || matchesGrid(values, dimensions)) return ofValues;
  return [{ path, problem: 'no arm has these values together', allowed: 'values that linked axes take together' }];
}
