import type { PlannedStage } from '#features/stages/domain/stage.ts';
import { distinctStages } from './stage-graph.ts';
import { costAbove, type Cost, type StageCosts } from './stage-costs.ts';

/** All that the trials of an arm want. */
export interface ArmStages {
  readonly arm: string;
  readonly stages: readonly PlannedStage[];
}

/** What an arm costs after those before it. */
export interface ArmCost extends Cost {
  readonly arm: string;
}

/**
 * The arms in the order in which the first ones are finished for the least: always the one next whose stages, as far as no arm
 * before it paid them, cost the fewest dollars, then calls, then seconds; of equals the one that the manifest names first.
 * What arms share is in the cost of the first of them, so that the costs add up to that of the plan.
 */
export function cheapestOrder(arms: readonly ArmStages[], costs: StageCosts): readonly ArmCost[] {
  const bills = new Map(arms.map((arm) => [arm.arm, firstBill(arm, costs)]));
  const sharers = sharersOf([...bills.values()]);
  const order: ArmCost[] = [];
  while (bills.size > 0) {
    const next = [...bills.values()].reduce((best, bill) => (isCheaper(bill.cost, best.cost) ? bill : best));
    bills.delete(next.arm);
    order.push({ arm: next.arm, ...next.cost });
    for (const arm of new Set(next.shares.flatMap((share) => sharers.get(share) ?? []))) {
      const bill = bills.get(arm);
      if (bill !== undefined) bills.set(arm, billAfter(bill, next.stages, costs));
    }
  }
  return order;
}

/** What an arm still costs when others are paid. */
interface ArmBill extends ArmStages {
  /** What it can have in common with others: stages, and chains of batches. */
  readonly shares: readonly string[];
  /** Stages of others that lower its cost. */
  readonly paid: readonly PlannedStage[];
  readonly cost: Cost;
}

function firstBill({ arm, stages }: ArmStages, costs: StageCosts): ArmBill {
  const chains = new Set(stages.flatMap((stage) => costs.chainOf(stage) ?? []));
  const shares = [...stages.map(({ key }) => key), ...chains];
  return { arm, stages, shares, paid: [], cost: costs.costOf(stages) };
}

/** Of a chain also those batches count that the arm lacks: its own may go on from them. */
function billAfter(bill: ArmBill, others: readonly PlannedStage[], costs: StageCosts): ArmBill {
  const shares = new Set(bill.shares);
  const common = others.filter((stage) => shares.has(stage.key) || shares.has(costs.chainOf(stage) ?? ''));
  const paid = distinctStages([bill.paid, common]);
  const cost = costAbove(costs.costOf(paid), costs.costOf(distinctStages([paid, bill.stages])));
  return { ...bill, paid, cost };
}

function sharersOf(bills: readonly ArmBill[]): ReadonlyMap<string, readonly string[]> {
  const sharers = new Map<string, string[]>();
  for (const { arm, shares } of bills) {
    for (const share of shares) {
      const known = sharers.get(share);
      if (known === undefined) sharers.set(share, [arm]);
      else known.push(arm);
    }
  }
  return sharers;
}

function isCheaper(left: Cost, right: Cost): boolean {
  if (left.usd !== right.usd) return left.usd < right.usd;
  if (left.calls !== right.calls) return left.calls < right.calls;
  return left.seconds < right.seconds;
}
