import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { dimensionsOf, type Arm } from './arms.ts';
import { axisKeys, axisValueMistakes, keyMistakes } from './axis-rules.ts';
import type { DocumentPath } from './document-node.ts';
import { isWhole, type Draft } from './manifest-draft.ts';
import { producedMetrics, type Hypothesis, type Manifest } from './manifest-schema.ts';
import { methodReads } from './methods.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import { schemaMistakes, shown, type Mistake } from './schema-mistakes.ts';
import { isSameValue, SETTING_KEYS, settingAt } from './setting-keys.ts';

/** What a hypothesis may speak of. */
interface Claims {
  readonly manifest: Manifest;
  /** `null` while the grid has mistakes of its own: then only what does not depend on it is judged. */
  readonly arms: readonly Arm[] | null;
  readonly areSettingsWhole: boolean;
  readonly names: ReadonlySet<string>;
}

/** A grid can have thousands of names; nobody reads more than a few, named arms first. */
const MOST_NAMES = 20;

/** What is wrong with the hypotheses and with what the report names. */
export function claimMistakes(draft: Draft, arms: readonly Arm[] | null): readonly Mistake[] {
  const { manifest } = draft;
  const areSettingsWhole = isWhole(draft, 'settings');
  const names = new Set((arms ?? manifest.arms).map(({ name }) => name));
  const claims = { manifest, arms, areSettingsWhole, names };
  const isMetricKnown = isWhole(draft, 'protocol', 'cutoffs');
  const { primary, baseline } = manifest.report;
  return [
    ...(isMetricKnown ? metricMistakes(manifest, primary, ['report', 'primary']) : []),
    ...(baseline === undefined ? [] : armMistakes(claims, baseline, ['report', 'baseline'])),
    ...manifest.hypotheses.flatMap((hypothesis, index) => [
      ...idMistakes(manifest.hypotheses, index),
      ...(isMetricKnown ? metricMistakes(manifest, hypothesis.metric, ['hypotheses', index, 'metric']) : []),
      ...(hypothesis.setting === undefined
        ? contrastMistakes(claims, hypothesis, ['hypotheses', index])
        : settingMistakes(claims, hypothesis.setting, hypothesis, ['hypotheses', index])),
    ]),
  ];
}

/** The arms that some settings by dotted key describe. An arm whose method does not read a setting does not have it. */
function armsWith(settings: JsonObject, arms: readonly Arm[]): readonly Arm[] {
  return arms.filter((arm) =>
    Object.entries(settings).every(
      ([key, value]) => methodReads(arm.settings.method, key) && isSameValue(settingAt(arm.settings, key), value),
    ),
  );
}

function idMistakes(hypotheses: readonly Hypothesis[], index: number): readonly Mistake[] {
  const id = hypotheses[index]?.id;
  if (hypotheses.findIndex((other) => other.id === id) === index) return [];
  return [
    { path: ['hypotheses', index, 'id'], problem: `another hypothesis is named ${id}`, allowed: 'an id of its own' },
  ];
}

function metricMistakes(manifest: Manifest, metric: string | undefined, path: DocumentPath): readonly Mistake[] {
  const produced = producedMetrics(manifest.protocol);
  if (metric === undefined || produced.includes(metric)) return [];
  const problem = `the evaluation does not make the metric ${JSON.stringify(metric)}`;
  return [{ path, problem, allowed: `one of ${produced.join(', ')}`, suggestion: nearestWord(metric, produced) }];
}

/** Without `setting`, two arms are compared, each by its name or by settings that only it has. */
function contrastMistakes(claims: Claims, { better, than, where }: Hypothesis, path: DocumentPath): readonly Mistake[] {
  const sides = [
    { value: better, path: [...path, 'better'] },
    { value: than, path: [...path, 'than'] },
  ];
  const narrowed: Mistake = {
    path: [...path, 'where'],
    problem: 'where narrows the cells of a setting, and no setting is named',
    allowed: 'setting beside where',
    isKey: true,
  };
  const mistakes = [
    ...sides.flatMap((side) => sideMistakes(claims, side.value, side.path)),
    ...(where === undefined ? [] : [narrowed]),
  ];
  const [left, right] = sides.map(({ value }) => armOf(claims, value));
  if (mistakes.length > 0 || left === undefined || left !== right) return mistakes;
  return [{ path, problem: `arm ${JSON.stringify(left.name)} is compared with itself`, allowed: 'two arms' }];
}

function sideMistakes(claims: Claims, value: JsonValue, path: DocumentPath): readonly Mistake[] {
  if (typeof value === 'string') return armMistakes(claims, value, path);
  const settings = asSettings(value);
  const allowed = 'the name of an arm, or dotted settings keys with values';
  if (settings === null) return [{ path, problem: `${shown(value)} is not an arm`, allowed }];
  const mistakes = Object.entries(settings).flatMap(([key, one]) => {
    const schema = SETTING_KEYS.get(key);
    return schema === undefined ? keyMistakes(key, [...path, key]) : schemaMistakes(schema, one, [...path, key]);
  });
  if (mistakes.length > 0 || claims.arms === null || !claims.areSettingsWhole) return mistakes;
  const matching = armsWith(settings, claims.arms);
  if (matching.length === 1) return [];
  const names = matching.slice(0, 3).map(({ name }) => JSON.stringify(name));
  const several = `${matching.length} arms have these settings: ${names.join(', ')}${matching.length > 3 ? ', …' : ''}`;
  const problem = matching.length === 0 ? 'no arm has these settings' : several;
  return [{ path, problem, allowed: 'settings that exactly one arm has' }];
}

function armMistakes({ manifest, arms, names }: Claims, name: string, path: DocumentPath): readonly Mistake[] {
  const mayBeOfGrid = arms === null && (name.includes('=') || manifest.arms.length === 0);
  if (names.has(name) || mayBeOfGrid) return [];
  const first = [...manifest.arms.map((arm) => arm.name), ...names].slice(0, MOST_NAMES);
  const allowed = `one of ${[...new Set(first)].join(' | ')}${names.size > MOST_NAMES ? ' | …' : ''}`;
  const suggestion = nearestWord(name, new Set(first));
  return [{ path, problem: `no arm is named ${JSON.stringify(name)}`, allowed, suggestion }];
}

function armOf({ arms }: Claims, value: JsonValue): Arm | undefined {
  const settings = asSettings(value);
  return settings === null ? arms?.find(({ name }) => name === value) : armsWith(settings, arms ?? [])[0];
}

function asSettings(value: JsonValue): JsonObject | null {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMapping && Object.keys(value).length > 0 ? (value as JsonObject) : null;
}

/** With `setting`, two values of an axis are compared over the cells of the grid in which both exist. */
function settingMistakes(
  claims: Claims,
  setting: string,
  hypothesis: Hypothesis,
  path: DocumentPath,
): readonly Mistake[] {
  if (claims.arms === null) return [];
  const { manifest, arms } = claims;
  if (!axisKeys(manifest).includes(setting))
    return axisValueMistakes(manifest, setting, null, [...path, 'setting']).map(ofValue);
  const { better, than, where = {} } = hypothesis;
  const mistakes = [
    ...axisValueMistakes(manifest, setting, better, [...path, 'better']),
    ...axisValueMistakes(manifest, setting, than, [...path, 'than']),
    ...Object.entries(where).flatMap(([key, value]) =>
      listOf(value).flatMap((one) => axisValueMistakes(manifest, key, one, [...path, 'where', key])),
    ),
  ];
  if (mistakes.length > 0) return mistakes;
  if (isSameValue(better, than)) return [{ path, problem: 'a value is compared with itself', allowed: 'two values' }];
  if (hasCells(manifest, arms, { setting, better, than, where })) return [];
  return [
    { path, problem: `no cell of the grid has both values of ${setting}`, allowed: 'values that both exist in a cell' },
  ];
}

/** Where the key is a value of the hypothesis, its place is that value. */
function ofValue(mistake: Mistake): Mistake {
  return { ...mistake, isKey: false };
}

interface Contrast {
  readonly setting: string;
  readonly better: JsonValue;
  readonly than: JsonValue;
  readonly where: Readonly<Record<string, JsonValue>>;
}

/** A cell is what two arms share: all axes but the setting and those that move with it. */
function hasCells(manifest: Manifest, arms: readonly Arm[], { setting, better, than, where }: Contrast): boolean {
  const moving = dimensionsOf(manifest).find(({ keys }) => keys.includes(setting))?.keys ?? [];
  const fixed = axisKeys(manifest).filter((key) => !moving.includes(key));
  const cellsWith = (value: JsonValue): ReadonlySet<string> =>
    new Set(
      arms
        .filter(({ origin, settings }) => origin === 'grid' && isSameValue(settingAt(settings, setting), value))
        .filter(({ settings }) =>
          Object.entries(where).every(([key, one]) => isOneOf(settingAt(settings, key), listOf(one))),
        )
        .map(({ settings }) => JSON.stringify(fixed.map((key) => settingAt(settings, key)))),
    );
  const ofThan = cellsWith(than);
  return [...cellsWith(better)].some((cell) => ofThan.has(cell));
}

function isOneOf(value: JsonValue, values: readonly JsonValue[]): boolean {
  return values.some((one) => isSameValue(one, value));
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}
