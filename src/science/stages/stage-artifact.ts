import type { StageInput } from './stage.ts';

/** The bytes of an input that the plan always gives. */
export function artifactOf(artifacts: StageInput['artifacts'], name: string): Uint8Array {
  const bytes = artifacts[name];
  if (bytes === undefined) throw new TypeError(`The stage was not given its input "${name}".`);
  return bytes;
}
