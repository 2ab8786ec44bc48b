import { expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { encodeOnnxModel } from './onnx-model.ts';
import { add, scale } from './ops/elementwise.ts';

it('encodes a graph as onnx.proto has it', () => {
  const graph = new Graph();
  const x = graph.input('x', ['n', 2]);
  graph.output('y', add(x, x));
  // By hand: field number · 8 + wire type (0 varint, 2 length), then the length where it is 2.
  const dimensions = '0a 03 12 01 6e  0a 02 08 02'; // dim_param "n", dim_value 2
  const type = `0a 0d  08 01  12 09 ${dimensions}`; // tensor_type: elem_type float, shape
  const expected = [
    '08 09', // ir_version 9
    '12 09 73 70 72 69 6e 74 6c 61 62', // producer_name "sprintlab"
    '32 00', // doc_string ""
    '3a 43', // graph
    '0a 0e  0a 01 78  0a 01 78  12 01 79  22 03 41 64 64', // x, x -> y: Add
    '12 05 67 72 61 70 68', // name "graph"
    `5a 14  0a 01 78  12 0f ${type}`, // input x
    `62 14  0a 01 79  12 0f ${type}`, // output y
    '42 04  0a 00  10 12', // opset_import "", 18
  ];
  const hex = Buffer.from(encodeOnnxModel(graph)).toString('hex');
  expect(hex).toBe(expected.join('').replaceAll(' ', ''));
});

it('leaves out what no output needs', () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  graph.output('y', add(x, x));
  const before = encodeOnnxModel(graph).length;
  scale(x, 3);
  expect(encodeOnnxModel(graph)).toHaveLength(before);
});
