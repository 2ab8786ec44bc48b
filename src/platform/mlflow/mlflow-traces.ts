import { z } from 'zod';
import type { MlflowHttp } from './mlflow-http.ts';
import { cutTo } from './mlflow-limits.ts';
import type { MlflowTrace } from './mlflow-trace.ts';

export interface MlflowTraceInfo {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How long previews may be on an open-source server. */
const PREVIEW = 1_000;
/** Spans of one request: larger ones are not faster, and smaller ones are. */
const SPANS_AT_ONCE = 200;
/** Texts of one request. */
const BYTES_AT_ONCE = 4_000_000;
/** Traces of one page; MLflow allows 500. */
const PAGE = 500;
const DELETED_AT_ONCE = 100;

const searchSchema = z.object({
  traces: z.array(z.object({ trace_id: z.string(), tags: z.record(z.string(), z.string()).default({}) })).default([]),
  next_page_token: z.string().optional(),
});

/**
 * Traces: what they are by REST 3.0, since OTLP cannot name their run, and their spans by OTLP, each with an id of ours, so
 * that sending them again changes nothing.
 */
export class MlflowTraces {
  constructor(private readonly http: MlflowHttp) {}

  /** @param run its source run, for ever */
  async send(experiment: string, run: string, traces: readonly MlflowTrace[]): Promise<void> {
    const { otlpBytes } = await import('./otlp-spans.ts');
    const headers = { 'Content-Type': 'application/x-protobuf', 'x-mlflow-experiment-id': experiment };
    for (const portion of portionsOf(traces)) {
      for (const trace of portion) await this.start(experiment, run, trace);
      await this.http.bytes({ method: 'POST', path: '/v1/traces', bytes: otlpBytes(portion), headers });
    }
  }

  /** All traces of a run. */
  async ofRun(experiment: string, run: string): Promise<readonly MlflowTraceInfo[]> {
    const found: MlflowTraceInfo[] = [];
    const locations = [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }];
    const query = { locations, filter: `metadata.\`mlflow.sourceRun\` = '${run}'`, max_results: PAGE };
    for (let token: string | undefined = ''; token !== undefined;) {
      const json = token === '' ? query : { ...query, page_token: token };
      const page: z.infer<typeof searchSchema> = await this.http.json(
        { method: 'POST', path: '/api/3.0/mlflow/traces/search', json },
        searchSchema,
      );
      found.push(...page.traces.map(({ trace_id: id, tags }) => ({ id: id.replace(/^tr-/, ''), tags })));
      token = page.next_page_token === '' ? undefined : page.next_page_token;
    }
    return found;
  }

  async delete(experiment: string, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += DELETED_AT_ONCE) {
      const some = ids.slice(from, from + DELETED_AT_ONCE).map((id) => `tr-${id}`);
      const json = { experiment_id: experiment, request_ids: some };
      await this.http.json({ method: 'POST', path: '/api/2.0/mlflow/traces/delete-traces', json }, z.object({}));
    }
  }

  private async start(experiment: string, run: string, trace: MlflowTrace): Promise<void> {
    const [root] = trace.spans;
    const trace_info = {
      trace_id: `tr-${trace.id}`,
      trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } },
      request_time: new Date(root.startMs).toISOString(),
      execution_duration: `${((root.endMs - root.startMs) / 1000).toFixed(3)}s`,
      state: trace.isError ? 'ERROR' : 'OK',
      request_preview: cutTo(PREVIEW, trace.requestPreview),
      response_preview: cutTo(PREVIEW, trace.responsePreview),
      trace_metadata: { 'mlflow.sourceRun': run, 'mlflow.trace_schema.version': '3' },
      tags: trace.tags,
    };
    const request = { method: 'POST', path: '/api/3.0/mlflow/traces', json: { trace: { trace_info } } } as const;
    await this.http.json(request, z.object({}));
  }
}

/** Whole traces, within what one request should hold. */
function* portionsOf(traces: readonly MlflowTrace[]): Generator<readonly MlflowTrace[]> {
  let portion: MlflowTrace[] = [];
  let [spans, bytes] = [0, 0];
  for (const trace of traces) {
    const size = sizeOf(trace);
    if (portion.length > 0 && (spans + trace.spans.length > SPANS_AT_ONCE || bytes + size > BYTES_AT_ONCE)) {
      yield portion;
      [portion, spans, bytes] = [[], 0, 0];
    }
    portion.push(trace);
    spans += trace.spans.length;
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}

function sizeOf({ spans }: MlflowTrace): number {
  const texts = spans.flatMap(({ attributes }) => Object.values(attributes));
  return texts.reduce<number>((sum, value) => sum + String(value).length, 0);
}
