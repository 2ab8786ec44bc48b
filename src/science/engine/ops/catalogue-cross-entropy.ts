import { differentiable, type Value } from '../graph.ts';
import { assertShapes } from '../shapes.ts';
import { add, divide, logarithm, multiply, negate, subtract } from './elementwise.ts';
import { dotProducts, matmul } from './matmul.ts';
import { mean, rowCount } from './reduce.ts';
import { gatherRows } from './rows.ts';
import { transpose } from './shape.ts';
import { softmax } from './softmax.ts';

/**
 * loss = −(1/P) Σ_i ln p_i[y_i],  p = softmax(h Xᵀ): cross-entropy over the whole catalogue
 *
 * With the whole catalogue the logits are by far the largest tensor, and so their gradient (p − onehot(y)) is never formed.
 * Two passes over p suffice, and the targets are taken off where rows are narrow.
 *
 * shapes    h (P, d), X (|V|, d), y (P) of 0..|V|−1 → ()
 * gradient  dh = (p X − X[y]) g/P,  dX = pᵀ (h g/P) − the rows (h g/P) added at y
 * source    the softmax's gradient p − onehot(y) (Bridle 1990), multiplied out
 */
export function catalogueCrossEntropy(h: Value, table: Value, targets: Value): Value {
  assertShapes(
    h.shape[0] === targets.shape[0],
    'catalogueCrossEntropy',
    [h, targets],
    'there must be a target for each row',
  );
  const { graph } = h;
  const { probabilities, loss } = graph.unrecorded(() => {
    const p = softmax(dotProducts(h, table));
    // The smallest normal number keeps a probability that underflowed from an infinite loss, and changes no other.
    const chosen = add(elementOfEachRow(p, targets), graph.scalar(SMALLEST_NORMAL));
    return { probabilities: p, loss: mean(negate(logarithm(chosen))) };
  });
  // X is read twice: as a whole, and where its rows are targets.
  return differentiable(loss, [h, table, table], (g) => {
    const share = divide(g, rowCount(h));
    const expected = graph.emit('MatMul', [probabilities, table], { shape: h.shape });
    const weighted = multiply(h, share);
    // (weightedᵀ p)ᵀ instead of pᵀ weighted: MLAS packs the wide operand fast only as it lies.
    const turned = matmul(transpose(weighted, [1, 0]), probabilities);
    const pulled = transpose(turned, [1, 0]);
    return [
      multiply(subtract(expected, gatherRows(table, targets)), share),
      pulled,
      { index: targets, rows: negate(weighted) },
    ];
  });
}

const SMALLEST_NORMAL = 2 ** -126;

/** (P, n) and (P) of 0..n−1 to (P, 1). */
function elementOfEachRow(x: Value, index: Value): Value {
  const shape = [x.shape[0]!, 1];
  const column = x.graph.emit('Unsqueeze', [index, x.graph.integers(1)], { shape });
  return x.graph.emit('GatherElements', [x, column], { shape, attributes: { axis: 1 } });
}
