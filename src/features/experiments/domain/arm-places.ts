import type { Arm } from './arms.ts';
import { axisValues } from './axis-rules.ts';
import type { DocumentPath } from './document-node.ts';
import type { Manifest } from './manifest-schema.ts';
import { armValues, isSameValue, settingAt } from './setting-keys.ts';

/** Finds where the value of an arm's setting was written. */
export class ArmPlaces {
  private readonly firstNamed: number;

  constructor(
    private readonly manifest: Manifest,
    private readonly arms: readonly Arm[],
  ) {
    this.firstNamed = arms.length - manifest.arms.length;
  }

  pathOf(index: number, key: string): DocumentPath {
    const named = this.manifest.arms[index - this.firstNamed];
    if (named !== undefined) {
      return armValues(named).has(key)
        ? ['arms', index - this.firstNamed, ...key.split('.')]
        : ['settings', ...key.split('.')];
    }
    const values = axisValues(this.manifest, key);
    const arm = this.arms[index];
    if (values === null || arm === undefined) return ['settings', ...key.split('.')];
    const value = settingAt(arm.settings, key);
    return [...axisPath(this.manifest, key), values.findIndex((one) => isSameValue(one, value))];
  }
}

/** Where the values of an axis are written, linked or not. */
export function axisPath({ axes, link }: Manifest, key: string): DocumentPath {
  if (Object.hasOwn(axes, key)) return ['axes', key];
  return ['link', link.findIndex((group) => Object.hasOwn(group, key)), key];
}
