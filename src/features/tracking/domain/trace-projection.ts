import { priceOf, SIMULATED } from '#features/calls/domain/call-cost.ts';
import type { Call, CallUse } from '#features/calls/domain/call.ts';
import { subjectId } from '#features/calls/domain/call.ts';
import { contentHash } from '#kernel/content-hash.ts';

/** An LLM call with what it was used for. */
export interface WholeUse extends CallUse {
  readonly made: Call;
}

interface Span {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** All that was asked about one session: one span a call, prompt and answer whole. */
export interface TraceProjection {
  /** Thirty-two hexadecimal digits, the same whenever it is projected. */
  readonly id: string;
  readonly requestPreview: string;
  readonly responsePreview: string;
  readonly isError: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly spans: readonly [Span, ...Span[]];
}

/** What one trace is about: a session of a profiling or of a probe, or the pool. Of one pool there may be several probes. */
export function traceTopic({ stage, subject: { purpose, session } }: CallUse): string {
  if (session === null) return 'pool';
  return purpose === 'probe' ? `probe ${stage.slice(0, 8)} of session ${session}` : `${purpose} of session ${session}`;
}

/** @param run the tag of the run: another home may ask the same, and its traces are its own @param calls of one topic, in any order @param paidBy the stages of the profiling: what others paid for costs it nothing */
export function traceOf(
  run: string,
  calls: readonly [WholeUse, ...WholeUse[]],
  paidBy: ReadonlySet<string>,
): TraceProjection {
  const inTime = [...calls].sort(byTime);
  const topic = traceTopic(calls[0]);
  const id = traceIdOf(run, topic);
  const { session, purpose } = calls[0].subject;
  const outcome = inTime.at(-1)?.outcome ?? 'unknown';
  const asked = JSON.stringify(session === null ? { what: 'the intent pool' } : { session, purpose });
  const said = JSON.stringify({ outcome, calls: calls.length });
  const root: Span = {
    ...{ id: spanId(id, 'root'), parent: null, name: topic, isError: false },
    startMs: Math.min(...inTime.map(startOf)),
    endMs: Math.max(...inTime.map(endOf)),
    attributes: { 'mlflow.spanType': quoted('CHAIN'), 'mlflow.spanInputs': asked, 'mlflow.spanOutputs': said },
  };
  const spans = inTime.map((use) => callSpan(id, root.id, use, paidBy.has(use.made.paidBy)));
  const about = { topic, outcome, session };
  return {
    ...{ id, requestPreview: asked, responsePreview: said, isError: false },
    tags: traceTags(about, calls),
    spans: [root, ...spans],
  };
}

function traceTags(
  { topic, outcome, session }: { readonly topic: string; readonly outcome: string; readonly session: number | null },
  calls: readonly WholeUse[],
): Readonly<Record<string, string>> {
  return {
    'mlflow.traceName': topic,
    'sprintlab.calls': String(calls.length),
    'sprintlab.outcome': outcome,
    ...(session === null ? {} : { 'sprintlab.session': String(session) }),
    ...(calls.some(({ made }) => made.model.model === SIMULATED) ? { 'sprintlab.simulatedLlm': 'true' } : {}),
  };
}

function byTime(one: WholeUse, other: WholeUse): number {
  return startOf(one) - startOf(other) || (subjectId(one.subject) < subjectId(other.subject) ? -1 : 1);
}

function traceIdOf(run: string, topic: string): string {
  return contentHash(`trace ${run} ${topic}`).slice(0, 32);
}

function callSpan(trace: string, parent: string, use: WholeUse, isPaidHere: boolean): Span {
  const { subject, outcome, made } = use;
  return {
    id: spanId(trace, subjectId(subject)),
    parent,
    name: subject.step,
    startMs: startOf(use),
    endMs: endOf(use),
    isError: outcome !== null && UNREADABLE.has(outcome),
    attributes: { ...toldToMlflow(made, isPaidHere), ...toldToOthers(made), ...toldOfOurs(use, isPaidHere) },
  };
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'not-json',
  'unknown-intent',
  'intent-count',
  'evidence-outside',
  'unknown-letter',
]);

/** MLflow's own attributes are JSON texts (`mlflow/tracing/constant.py`). */
function toldToMlflow({ model, request, answer }: Call, isPaidHere: boolean): Readonly<Record<string, string>> {
  const { promptTokens: input, completionTokens: output } = answer;
  const price = priceOf(model.model);
  const dollars = isPaidHere
    ? { input: (input * price.prompt) / 1e6, output: (output * price.completion) / 1e6 }
    : { input: 0, output: 0 };
  const { messages, temperature, maxTokens, sample } = request;
  return {
    'mlflow.spanType': quoted('LLM'),
    'mlflow.spanInputs': JSON.stringify({ messages, temperature, max_tokens: maxTokens, sample }),
    'mlflow.spanOutputs': JSON.stringify({
      choices: [{ message: { role: 'assistant', content: answer.text }, finish_reason: answer.finish }],
    }),
    'mlflow.message.format': quoted('openai'),
    'mlflow.llm.model': quoted(model.model),
    'mlflow.chat.tokenUsage': JSON.stringify({
      input_tokens: input,
      output_tokens: output,
      total_tokens: input + output,
    }),
    'mlflow.llm.cost': JSON.stringify({
      input_cost: dollars.input,
      output_cost: dollars.output,
      total_cost: dollars.input + dollars.output,
    }),
  };
}

/** The names of OpenTelemetry's conventions, for whatever else reads the spans. */
function toldToOthers({ model, request, answer }: Call): Readonly<Record<string, string | number>> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model.model,
    'gen_ai.request.temperature': request.temperature,
    'gen_ai.request.max_tokens': request.maxTokens,
    'gen_ai.usage.input_tokens': answer.promptTokens,
    'gen_ai.usage.output_tokens': answer.completionTokens,
  };
}

function toldOfOurs(
  { subject, outcome, call, made }: WholeUse,
  isPaidHere: boolean,
): Readonly<Record<string, string | number>> {
  return {
    'sprintlab.call': call,
    'sprintlab.attempt': subject.attempt,
    'sprintlab.variant': subject.variant,
    'sprintlab.outcome': outcome ?? 'unknown',
    'sprintlab.latencyMs': made.latencyMs,
    ...(isPaidHere ? {} : { 'sprintlab.reused': 'true' }),
  };
}

function startOf(use: WholeUse): number {
  return endOf(use) - use.made.latencyMs;
}

function endOf({ made }: WholeUse): number {
  return made.answeredAt.getTime();
}

function spanId(trace: string, what: string): string {
  return contentHash(`span ${trace} ${what}`).slice(0, 16);
}

function quoted(word: string): string {
  return JSON.stringify(word);
}

/** How many calls each trace of a run has, by its id. */
export function traceOutlines(run: string, uses: readonly CallUse[]): ReadonlyMap<string, number> {
  const subjects = new Map<string, Set<string>>();
  for (const use of uses) {
    const id = traceIdOf(run, traceTopic(use));
    subjects.set(id, (subjects.get(id) ?? new Set()).add(subjectId(use.subject)));
  }
  return new Map([...subjects].map(([id, { size }]) => [id, size]));
}
