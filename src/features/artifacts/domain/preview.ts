import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import type { ArtifactPreviewAnswer } from '../http/artifacts.schema.ts';
import type { Artifact } from './artifact.ts';

/** More than this of a file nobody reads on a screen. */
const SHOWN_BYTES = 200_000;
const SHOWN_ROWS = 100;
const SHOWN_NUMBERS = 20;

const IMAGES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

type File = Pick<Artifact, 'name' | 'hash' | 'bytes'>;

/** What can be shown of a file, by the ending of its name. */
export function previewOf({ name, hash, bytes }: File, content: Uint8Array): ArtifactPreviewAnswer {
  const file = { name, hash, bytes };
  const ending = endingOf(name);
  const mediaType = IMAGES[ending];
  if (mediaType !== undefined) return { ...file, kind: 'image', mediaType };
  if (ending === 'safetensors') return { ...file, kind: 'tensors', tensors: tensorsOf(content) };
  const text = textOf(content);
  if (text === null) return { ...file, kind: 'binary' };
  if (ending === 'jsonl') return { ...file, ...tableOf(text) };
  const value = ending === 'json' && content.length <= SHOWN_BYTES ? jsonOf(text) : undefined;
  if (value !== undefined) return { ...file, kind: 'json', value };
  return { ...file, kind: 'text', text: text.slice(0, SHOWN_BYTES), isCut: text.length > SHOWN_BYTES };
}

/** The media type under which the bytes of a file are shown in place; `null` for what is only handed out. */
export function imageTypeOf(name: string): string | null {
  return IMAGES[endingOf(name)] ?? null;
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

function tensorsOf(content: Uint8Array) {
  return Object.entries(decodeSafetensors(content).tensors).map(([name, { dtype, shape, data }]) => ({
    name,
    dtype,
    shape: [...shape],
    // JSON has no NaN and no infinity.
    first: Array.from(data.subarray(0, SHOWN_NUMBERS), Number).filter(Number.isFinite),
  }));
}

function tableOf(text: string) {
  const lines = text.split('\n').filter((line) => line !== '');
  const records = lines.slice(0, SHOWN_ROWS).map((line) => jsonOf(line));
  const columns = [...new Set(records.flatMap((record) => Object.keys(fieldsOf(record))))];
  const rows = records.map((record) => columns.map((column) => fieldsOf(record)[column] ?? null));
  return { kind: 'table' as const, columns, rows, total: lines.length };
}

function fieldsOf(record: unknown): Readonly<Record<string, unknown>> {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? { ...record } : { value: record };
}

function textOf(content: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
