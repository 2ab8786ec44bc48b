import type { BoardArm } from '#features/boards/http/experiments.schema.ts';
import { settingText } from '../../lib/format.ts';

export interface PivotCell {
  readonly row: string;
  readonly column: string;
  /** Mean over the arms that fall into the cell; `null` where none has a result. */
  readonly value: number | null;
  readonly arms: readonly string[];
}

/** Arms of the grid laid out by two axes; arms that differ in a third fall into one cell, and their mean is shown. */
export function pivot(arms: readonly BoardArm[], rowKey: string, columnKey: string): readonly PivotCell[] {
  const cells = new Map<string, { row: string; column: string; values: number[]; arms: string[] }>();
  for (const { isGrid, settings, mean, name } of arms) {
    if (!isGrid || !(rowKey in settings) || !(columnKey in settings)) continue;
    const [row, column] = [settingText(settings[rowKey]), settingText(settings[columnKey])];
    const key = JSON.stringify([row, column]);
    const cell = cells.get(key) ?? { row, column, values: [], arms: [] };
    cell.arms.push(name);
    if (mean !== null) cell.values.push(mean);
    cells.set(key, cell);
  }
  return [...cells.values()].map(({ values, ...cell }) => ({
    ...cell,
    value: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
  }));
}
