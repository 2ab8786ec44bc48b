import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Arm } from './arms.ts';
import { ArmPlaces, axisPath } from './arm-places.ts';
import { axisKeys } from './axis-rules.ts';
import type { DocumentPath } from './document-node.ts';
import { isWhole, type Draft } from './manifest-draft.ts';
import type { Manifest } from './manifest-schema.ts';
import { BUILT_METHODS, BUILT_VALUES, methodReads, METHODS, type MethodName } from './methods.ts';
import type { Mistake } from './schema-mistakes.ts';
import { settingAt, writtenKeys } from './setting-keys.ts';

/** Named arms have names of their own. */
export function armNameMistakes({ arms: named }: Manifest, arms: readonly Arm[]): readonly Mistake[] {
  const ofGrid = new Set(arms.filter(({ origin }) => origin === 'grid').map(({ name }) => name));
  return named.flatMap(({ name }, index) => {
    const path = ['arms', index, 'name'];
    const isSecond = named.findIndex((other) => other.name === name) < index;
    if (isSecond)
      return [{ path, problem: `another arm is named ${JSON.stringify(name)}`, allowed: 'a name of its own' }];
    if (!ofGrid.has(name)) return [];
    return [{ path, problem: `an arm of the grid is named ${JSON.stringify(name)}`, allowed: 'a name of its own' }];
  });
}

/** What is wrong with the settings of the arms as they come out, at the place where it was written. */
export function armSettingMistakes(draft: Draft, arms: readonly Arm[]): readonly Mistake[] {
  if (!isWhole(draft, 'settings', 'method')) return [];
  const places = new ArmPlaces(draft.manifest, arms);
  const unbuilt = [...unbuiltMethods(arms, places), ...unbuiltValues(arms, places)];
  const found = [...unbuilt, ...unreadAxes(draft, arms), ...unreadInArms(draft, arms)];
  return isWhole(draft, 'settings') ? distinct([...found, ...misfits(arms, places)]) : distinct(found);
}

/** Ratio and budget both say where profiling stops; at one place only one of them can be meant. */
export function budgetMistakes({ manifest, written }: Draft): readonly Mistake[] {
  const settings = sectionOf(written['settings'], 'selection');
  const inArms = manifest.arms.map((arm, index) => ({ path: ['arms', index], written: arm.selection }));
  const holders = [{ path: ['settings'], written: settings }, ...inArms].filter(
    ({ written: selection }) => selection?.ratio !== undefined && (selection.budget ?? null) !== null,
  );
  const mistakes = holders.map(({ path }): Mistake => ratioAndBudget([...path, 'selection', 'budget']));
  const keys = axisKeys(manifest);
  if (!keys.includes('selection.ratio') || !keys.includes('selection.budget')) return mistakes;
  return [
    ...mistakes,
    ratioAndBudget(Object.hasOwn(manifest.axes, 'selection.budget') ? ['axes', 'selection.budget'] : ['link']),
  ];
}

/**
 * Settings that no arm reads: they are ignored, and that is said. What some arm reads has its effect; baselines beside it ignore
 * nearly everything, and to say so of each would drown what a reader should see.
 */
export function inheritedWarnings(draft: Draft, arms: readonly Arm[]): readonly Mistake[] {
  const keys = writtenKeys(objectOf(draft.written['settings']));
  const methods = methodsOf(arms);
  return keys.flatMap((key) => {
    if (methods.some((method) => methodReads(method, key))) return [];
    const problem = `ignored by ${methodsInWords(methods)}, which ${methods.length === 1 ? 'does' : 'do'} not read it`;
    return [{ path: ['settings', ...key.split('.')], problem, isKey: true }];
  });
}

/** A schedule that follows the warm-up may leave no epoch to keep, which shows only after the LLM was asked. */
export function scheduleWarnings({ manifest }: Draft, arms: readonly Arm[]): readonly Mistake[] {
  const places = new ArmPlaces(manifest, arms);
  const found = arms.flatMap(({ settings }, index): Mistake[] => {
    const { start, ramp } = settings.enrichment;
    if ((start !== 'auto' && ramp !== 'auto') || !keepsNoEpoch(settings)) return [];
    const problem =
      `if the warm-up is best late in its ${settings.warmUp.epochs} epochs, the first that training may keep is epoch ` +
      `${latestFirstEpoch(settings)}, and training has ${settings.training.epochs}`;
    return [{ path: places.pathOf(index, 'training.epochs'), problem }];
  });
  return distinct(found);
}

function unbuiltMethods(arms: readonly Arm[], places: ArmPlaces): readonly Mistake[] {
  return arms.flatMap(({ settings: { method } }, index) => {
    if (METHODS[method].isBuilt) return [];
    const problem = `method ${method} is not built yet`;
    return [{ path: places.pathOf(index, 'method'), problem, allowed: `one of ${BUILT_METHODS.join(', ')}` }];
  });
}

function unbuiltValues(arms: readonly Arm[], places: ArmPlaces): readonly Mistake[] {
  return arms.flatMap(({ settings }, index) =>
    Object.entries(BUILT_VALUES).flatMap(([key, built]): Mistake[] => {
      const value = settingAt(settings, key);
      if (!methodReads(settings.method, key) || built.some((one) => one === value)) return [];
      const problem = `${JSON.stringify(value)} is not built yet`;
      return [{ path: places.pathOf(index, key), problem, allowed: `one of ${built.join(', ')}` }];
    }),
  );
}

function unreadAxes({ manifest }: Draft, arms: readonly Arm[]): readonly Mistake[] {
  const methods = methodsOf(arms.filter(({ origin }) => origin === 'grid'));
  return axisKeys(manifest).flatMap((key) => {
    const unreading = methods.filter((method) => !methodReads(method, key));
    return unreading.length === 0 ? [] : [unreadKey(axisPath(manifest, key), unreading)];
  });
}

function unreadInArms({ manifest }: Draft, arms: readonly Arm[]): readonly Mistake[] {
  const firstNamed = arms.length - manifest.arms.length;
  return manifest.arms.flatMap((arm, index) => {
    const method = arms[firstNamed + index]?.settings.method;
    if (method === undefined) return [];
    const unread = writtenKeys(arm).filter((key) => !methodReads(method, key));
    return unread.map((key) => unreadKey(['arms', index, ...key.split('.')], [method]));
  });
}

function unreadKey(path: DocumentPath, methods: readonly MethodName[]): Mistake {
  const reads = [...new Set(methods.flatMap((method) => METHODS[method].reads))];
  const verb = methods.length === 1 ? 'does' : 'do';
  const problem = `${methodsInWords(methods)} ${verb} not read this setting`;
  return { path, problem, allowed: `settings of ${reads.join(', ')}`, isKey: true };
}

/** Settings that are right one by one and wrong together. */
function misfits(arms: readonly Arm[], places: ArmPlaces): readonly Mistake[] {
  return arms.flatMap(({ settings }, index) => {
    const { backbone, profiling } = settings;
    const found: Mistake[] = [];
    const { start, ramp } = settings.enrichment;
    if (start !== 'auto' && ramp !== 'auto' && keepsNoEpoch(settings)) {
      const problem = `no epoch could be kept: epoch ${start + ramp} is the first with enrichment at its full weight`;
      const allowed = `at least ${start + ramp}, or a smaller enrichment.start and enrichment.ramp`;
      found.push({ path: places.pathOf(index, 'training.epochs'), problem, allowed });
    }
    if (backbone.dimension % backbone.heads !== 0) {
      const problem = `${backbone.heads} heads do not divide the dimension ${backbone.dimension}`;
      found.push({ path: places.pathOf(index, 'backbone.heads'), problem, allowed: 'a divisor of the dimension' });
    }
    if (profiling.successRank > profiling.candidates) {
      const problem = `a rank of ${profiling.successRank} cannot be missed among ${profiling.candidates} candidates`;
      found.push({ path: places.pathOf(index, 'profiling.successRank'), problem, allowed: 'at most the candidates' });
    }
    return found;
  });
}

/** E_s + E_r (science C.9); what is left to the warm-up, as if its last epoch were its best. */
function latestFirstEpoch({ warmUp, enrichment: { start, ramp } }: Arm['settings']): number {
  const first = start === 'auto' ? Math.max(1, Math.ceil(warmUp.epochs / 10)) : start;
  return first + (ramp === 'auto' ? Math.max(1, Math.ceil(warmUp.epochs / 5)) : ramp);
}

function keepsNoEpoch(settings: Arm['settings']): boolean {
  return methodReads(settings.method, 'training.epochs') && settings.training.epochs < latestFirstEpoch(settings);
}

function ratioAndBudget(path: DocumentPath): Mistake {
  return {
    path,
    problem: 'selection.budget stands instead of selection.ratio, and both are written',
    allowed: 'one of the two',
    isKey: true,
  };
}

function methodsOf(arms: readonly Arm[]): readonly MethodName[] {
  return [...new Set(arms.map(({ settings }) => settings.method))];
}

function methodsInWords(methods: readonly MethodName[]): string {
  return `${methods.length === 1 ? 'method' : 'methods'} ${methods.join(', ')}`;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function sectionOf(settings: JsonValue | undefined, name: string): JsonObject | undefined {
  const section = objectOf(settings)[name];
  return section === undefined ? undefined : objectOf(section);
}

/** Thousands of arms can share one mistake. */
function distinct(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...new Map(mistakes.map((mistake) => [JSON.stringify([mistake.path, mistake.problem]), mistake])).values()];
}
