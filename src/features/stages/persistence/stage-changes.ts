import { In } from 'typeorm';
import type { Rows } from '#platform/database/database.ts';
import { eachBatch } from '#platform/database/in-batches.ts';
import { statusesBefore, type StageStatus } from '../domain/stage.ts';
import { stageEntity, type StageRow } from './stage.entity.ts';

interface StageChange {
  readonly to: StageStatus;
  /** From which states only; all that the table of states allows where it is not said. */
  readonly from?: readonly StageStatus[];
  readonly facts?: Partial<Pick<StageRow, 'failures' | 'notBefore' | 'urgency' | 'endedAt'>>;
}

/**
 * The one place where stages change their state. The guard on the state before makes the change a lock: of two that ask at
 * once one changes a row. Returns how many rows changed.
 */
export async function changeStages(
  rows: Rows,
  keys: readonly string[],
  { to, from = statusesBefore(to), facts = {} }: StageChange,
): Promise<number> {
  let changed = 0;
  await eachBatch(keys, async (batch) => {
    const where = { key: In(batch), status: In([...from]) };
    const { affected } = await rows.update(stageEntity, where, { endedAt: null, ...facts, status: to });
    changed += affected ?? 0;
  });
  return changed;
}
