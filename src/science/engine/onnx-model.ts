import protobuf from 'protobufjs';
import type { Attribute, ConstantTensor, ElementType, Graph, GraphNode, Shape, Value } from './graph.ts';

/** What a reader of an exported model should know. */
export interface ModelNotes {
  readonly description?: string;
}

/**
 * The graph as an ONNX model: what its outputs need, under the names of its inputs and outputs. The same graph gives the same
 * bytes.
 */
export function encodeOnnxModel(graph: Graph, { description = '' }: ModelNotes = {}): Uint8Array {
  const nodes = neededNodes(graph);
  const read = new Set(nodes.flatMap(({ operands }) => operands));
  const outputs = [...graph.outputs];
  const named = outputNames(graph);
  const nameOf = (value: Value): string => named.get(value) ?? value.name;
  const copies = outputs.filter(([name, value]) => nameOf(value) !== name);
  return ONNX.lookupType('ModelProto')
    .encode({
      irVersion: IR_VERSION,
      producerName: 'sprintlab',
      docString: description,
      opsetImport: [{ domain: '', version: OPERATOR_SET }],
      graph: {
        name: 'graph',
        node: [
          ...nodes.map((node) => nodeMessage(node, nameOf)),
          ...copies.map(([name, value]) => ({ opType: 'Identity', input: [nameOf(value)], output: [name] })),
        ],
        initializer: [...graph.constants].filter(([value]) => read.has(value)).map(constantMessage),
        input: graph.inputs.map(({ name, type, shape }) => valueMessage(name, type, shape)),
        output: outputs.map(([name, { type, shape }]) => valueMessage(name, type, shape)),
      },
    })
    .finish();
}

/** Format 9 and operator set 18: the oldest with the operators that are used, so that any recent runtime reads the model. */
const IR_VERSION = 9;
const OPERATOR_SET = 18;

/** The messages of onnx.proto (github.com/onnx/onnx, IR version 9) that are written here, under its field numbers. */
const ONNX = protobuf.parse(`
  syntax = "proto2";
  message ModelProto {
    optional int64 ir_version = 1;
    optional string producer_name = 2;
    optional string doc_string = 6;
    optional GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    optional string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    optional string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message AttributeProto {
    optional string name = 1;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    repeated int64 ints = 8;
    optional int32 type = 20;
  }
  message TensorProto {
    repeated int64 dims = 1;
    optional int32 data_type = 2;
    optional string name = 8;
    optional bytes raw_data = 9;
  }
  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message TypeProto {
    message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
    optional Tensor tensor_type = 1;
  }
  message TensorShapeProto {
    message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
    repeated Dimension dim = 1;
  }
`).root;

/** TensorProto.DataType */
const DATA_TYPES = { float32: 1, int64: 7, bool: 9, float64: 11 } as const satisfies Record<ElementType, number>;
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** In the order of the program, what the outputs are made of. Gradients of masks and the like are built and needed by none. */
function neededNodes(graph: Graph): readonly GraphNode[] {
  const needed = new Set(graph.outputs.values());
  const nodes = graph.nodes.toReversed().filter(({ operands, results }) => {
    const isNeeded = results.some((result) => needed.has(result));
    if (isNeeded) for (const operand of operands) needed.add(operand);
    return isNeeded;
  });
  return nodes.reverse();
}

/** What is calculated takes the name of its first output: a copy only for the name would move whole tables. */
function outputNames(graph: Graph): ReadonlyMap<Value, string> {
  const calculated = new Set(graph.nodes.flatMap(({ results }) => results));
  const outputs = [...graph.outputs].filter(([, value]) => calculated.has(value));
  return new Map(outputs.reverse().map(([name, value]) => [value, name]));
}

function nodeMessage({ operator, operands, results, attributes }: GraphNode, nameOf: (value: Value) => string): object {
  return {
    opType: operator,
    input: operands.map(nameOf),
    output: results.map(nameOf),
    attribute: Object.entries(attributes).map(([name, attribute]) => ({ name, ...attributeMessage(attribute) })),
  };
}

function attributeMessage(attribute: Attribute): object {
  if (typeof attribute === 'number') return { i: attribute, type: ATTRIBUTE_TYPES.int };
  if (typeof attribute === 'string') return { s: new TextEncoder().encode(attribute), type: ATTRIBUTE_TYPES.string };
  if ('float' in attribute) return { f: attribute.float, type: ATTRIBUTE_TYPES.float };
  return { ints: attribute, type: ATTRIBUTE_TYPES.ints };
}

function constantMessage([{ name, type }, { shape, data }]: readonly [Value, ConstantTensor]): object {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, dataType: DATA_TYPES[type], rawData };
}

function valueMessage(name: string, type: ElementType, shape: Shape): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}
