import { parse } from 'yaml';
import type { Revision } from '#features/experiments/domain/experiment.ts';
import { methodReads } from '#features/experiments/domain/methods.ts';
import { dimensionsOf } from '#features/experiments/domain/arms.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { TrialDetailAnswer } from '../http/trials.schema.ts';
import { flatSettings } from '#features/experiments/domain/setting-differences.ts';

type Origin = TrialDetailAnswer['origins'][number];

/** Every setting of a trial, and who gave it its value. */
export function settingOrigins({ arm, settings }: Trial, { manifest, source }: Revision): readonly Origin[] {
  const flat = flatSettings(JSON.parse(JSON.stringify(settings)) as JsonObject);
  const written = flatSettings(sectionOf(parse(source), 'settings'));
  const named = manifest.arms.find(({ name }) => name === arm);
  const ofArm = new Set(
    named === undefined ? [] : Object.keys(flatSettings(JSON.parse(JSON.stringify(named)) as JsonObject)),
  );
  const onAxes = new Set(named === undefined ? dimensionsOf(manifest).flatMap(({ keys }) => keys) : []);
  const originOf = (key: string): Origin['origin'] => {
    if (onAxes.has(key)) return 'axis';
    if (ofArm.has(key)) return 'arm';
    return Object.hasOwn(written, key) ? 'settings' : 'default';
  };
  return Object.entries(flat).map(([key, value]) => ({
    key,
    value,
    origin: originOf(key),
    isRead: methodReads(settings.method, key),
  }));
}

/** The source was checked when it was submitted. */
function sectionOf(document: unknown, name: string): JsonObject {
  if (typeof document !== 'object' || document === null) return {};
  const section = (document as Readonly<Record<string, JsonValue | undefined>>)[name];
  return typeof section === 'object' && section !== null && !Array.isArray(section) ? (section as JsonObject) : {};
}
