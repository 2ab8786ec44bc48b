import type { Attribute, Shape, Value } from '#science/engine/graph.ts';
import { reshape, shapeOf } from '#science/engine/ops/shape.ts';
import type { SessionLayout } from './sasrec-encoder.ts';

/**
 * The packed layout of padded sessions (batch, length), calculated by the program itself, for models that run elsewhere. The
 * sessions hold item ids, 0 is padding; items keep their order, and padding may stand anywhere. Beside it, `last` (batch): the
 * packed row of each session's last item.
 */
export function packedLayout(sessions: Value): SessionLayout & { readonly last: Value } {
  const { graph, shape } = sessions;
  const isItem = integers('Sign', [sessions], shape);
  const before = integers('CumSum', [isItem, graph.integer(1)], shape, { exclusive: 1 });
  const flat = reshape(sessions, ['cells']);
  const cells = reshape(integers('NonZero', [flat], [1, 'tokens']), ['tokens']); // cells with an item, in order
  const positions = integers('Gather', [reshape(before, ['cells']), cells], cells.shape);
  const places = placesOf(cells, positions, shapeOf(sessions, 1, 2));
  const counts = integers('ReduceSum', [isItem, graph.integers(1)], [shape[0]!], { keepdims: 0 });
  return {
    items: oneLess(integers('Gather', [flat, cells], cells.shape)),
    positions,
    places,
    slots: slotsOf(places, flat, sessions),
    last: oneLess(integers('CumSum', [counts, graph.integer(0)], counts.shape)),
  };
}

/** (tokens): session · length + position, padding moved to the end. */
function placesOf(cells: Value, positions: Value, length: Value): Value {
  const session = integers('Div', [cells, length], cells.shape);
  return integers('Add', [integers('Mul', [session, length], cells.shape), positions], cells.shape);
}

/** (batch, length): the packed row of each place; where there is none, the row after the last. */
function slotsOf(places: Value, flat: Value, sessions: Value): Value {
  const { graph } = sessions;
  const tokens = integers('Size', [places], []);
  const rows = integers('Range', [graph.integer(0), tokens, graph.integer(1)], places.shape);
  const padding = integers('Expand', [tokens, shapeOf(flat)], flat.shape);
  const slots = integers('ScatterElements', [padding, places, rows], flat.shape);
  return integers('Reshape', [slots, shapeOf(sessions)], sessions.shape);
}

function oneLess(x: Value): Value {
  return integers('Sub', [x, x.graph.integers(1)], x.shape);
}

function integers(
  operator: string,
  operands: readonly [Value, ...Value[]],
  shape: Shape,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  return operands[0].graph.emit(operator, operands, { shape, type: 'int64', attributes });
}
