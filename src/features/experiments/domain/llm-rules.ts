import { nearestWord } from '#kernel/nearest-word.ts';
import { ArmPlaces } from './arm-places.ts';
import type { Arm } from './arms.ts';
import type { Manifest } from './manifest-schema.ts';
import { methodReads } from './methods.ts';
import type { Mistake } from './schema-mistakes.ts';

/** A provider that a manifest names must be one of the configuration. */
export function providerMistakes(
  manifest: Manifest,
  arms: readonly Arm[],
  llms: readonly string[],
): readonly Mistake[] {
  const places = new ArmPlaces(manifest, arms);
  const found = arms.flatMap(({ settings: { method, profiling } }, index): Mistake[] => {
    if (!methodReads(method, 'profiling.llm') || llms.includes(profiling.llm)) return [];
    const problem = `${JSON.stringify(profiling.llm)} is no LLM of this configuration`;
    const allowed = `one of ${llms.join(', ')}, or another under llms in the file that SPRINTLAB_CONFIG names`;
    const suggestion = nearestWord(profiling.llm, llms);
    return [{ path: places.pathOf(index, 'profiling.llm'), problem, allowed, suggestion }];
  });
  return [...new Map(found.map((mistake) => [JSON.stringify(mistake), mistake])).values()];
}
