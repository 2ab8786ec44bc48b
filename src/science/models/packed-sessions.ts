import type { Graph } from '#science/engine/graph.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import type { SessionLayout } from './sasrec-encoder.ts';

/** The tensors of a batch in the layout that the encoder reads. */
export type PackedSessions = Readonly<{ [Name in keyof SessionLayout]: TensorOf<'I64'> }>;

/** The inputs of a graph that take packed sessions; the sizes `batch`, `length` and `tokens` are open. */
export function layoutInputs(graph: Graph): SessionLayout {
  return {
    items: graph.input('items', ['tokens'], 'int64'),
    positions: graph.input('positions', ['tokens'], 'int64'),
    slots: graph.input('slots', ['batch', 'length'], 'int64'),
    places: graph.input('places', ['tokens'], 'int64'),
  };
}

/** Lays sessions, of at least one item each, one after the other. */
export function packSessions(sessions: readonly Int32Array[]): PackedSessions {
  const tokens = sessions.reduce((sum, { length }) => sum + length, 0);
  const length = sessions.reduce((most, items) => Math.max(most, items.length), 0);
  const [items, positions, places] = [emptyVector(tokens), emptyVector(tokens), emptyVector(tokens)];
  const slots = new BigInt64Array(sessions.length * length).fill(BigInt(tokens));
  let token = 0;
  for (const [session, { length: own }] of sessions.entries()) {
    for (let position = 0; position < own; position++, token++) {
      const place = session * length + position;
      items.data[token] = BigInt(sessions[session]![position]! - 1);
      positions.data[token] = BigInt(position);
      places.data[token] = BigInt(place);
      slots[place] = BigInt(token);
    }
  }
  return { items, positions, places, slots: { dtype: 'I64', shape: [sessions.length, length], data: slots } };
}

/** (batch): the packed row of each session's last item. */
export function lastRows(sessions: readonly Int32Array[]): TensorOf<'I64'> {
  let end = 0;
  const data = BigInt64Array.from(sessions, ({ length }) => BigInt((end += length) - 1));
  return { dtype: 'I64', shape: [sessions.length], data };
}

function emptyVector(length: number): TensorOf<'I64'> {
  return { dtype: 'I64', shape: [length], data: new BigInt64Array(length) };
}
