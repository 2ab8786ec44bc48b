import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { MlflowSpan, MlflowTrace } from './mlflow-trace.ts';

const RESOURCE = resourceFromAttributes({ 'service.name': 'sprintlab' });
const SCOPE = { name: 'sprintlab' };

/** The spans of traces as the protobuf of OTLP, written by OpenTelemetry. */
export function otlpBytes(traces: readonly MlflowTrace[]): Uint8Array {
  const spans = traces.flatMap((trace) => trace.spans.map((span) => toReadable(trace, span)));
  const bytes = ProtobufTraceSerializer.serializeRequest(spans);
  if (bytes === undefined) throw new Error('OpenTelemetry wrote no bytes.');
  return bytes;
}

function toReadable({ id: traceId }: MlflowTrace, span: MlflowSpan): ReadableSpan {
  const contextOf = (spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  const [startTime, endTime] = [toHrTime(span.startMs), toHrTime(span.endMs)];
  return {
    name: span.name,
    kind: span.parent === null ? SpanKind.INTERNAL : SpanKind.CLIENT,
    spanContext: () => contextOf(span.id),
    ...(span.parent === null ? {} : { parentSpanContext: contextOf(span.parent) }),
    startTime,
    endTime,
    duration: toHrTime(span.endMs - span.startMs),
    status: { code: span.isError ? SpanStatusCode.ERROR : SpanStatusCode.OK },
    attributes: span.attributes,
    links: [],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
