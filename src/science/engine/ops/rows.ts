import { differentiable, type RowGradient, type Value } from '../graph.ts';
import { assertShapes, sameShape } from '../shapes.ts';
import { reshape } from './shape.ts';

/**
 * y_i = row `index_i` of a table: the lookup of an embedding
 *
 * shapes    table (m, d), index (…) of 0..m−1 → (…, d)
 * gradient  row index_i of dtable gets the sum of the g_i; it stays a list of rows until all are known
 * source    ONNX Gather-13
 */
export function gatherRows(table: Value, index: Value): Value {
  assertShapes(table.shape.length === 2, 'gatherRows', [table, index], 'the first must be a table, [m, d]');
  assertShapes(index.type === 'int64', 'gatherRows', [table, index], 'the second must hold integers');
  const width = table.shape[1]!;
  const gathered = table.graph.emit('Gather', [table, index], { shape: [...index.shape, width] });
  return differentiable(gathered, [table], (g) => {
    const isList = index.shape.length === 1;
    const count = `rows of ${gathered.name}`;
    return [isList ? { index, rows: g } : { index: reshape(index, [count]), rows: reshape(g, [count, width]) }];
  });
}

/**
 * A table with rows added to some of its own, also several to one. It has no gradient: it is how row gradients are added.
 *
 * shapes    table (m, d), index (n), rows (n, d) → (m, d)
 * source    ONNX ScatterND-18 with reduction "add"; the order of the sums is that of the rows
 */
export function scatterAddRows(table: Value, { index, rows }: RowGradient): Value {
  const fits = sameShape(rows.shape, [index.shape[0]!, table.shape[1]!]);
  assertShapes(fits, 'scatterAddRows', [table, index, rows], 'they must be [m, d], [n] and [n, d]');
  const { graph } = table;
  const column = graph.emit('Unsqueeze', [index, graph.integers(1)], { shape: [index.shape[0]!, 1] });
  return graph.emit('ScatterND', [table, column, rows], { shape: table.shape, attributes: { reduction: 'add' } });
}
