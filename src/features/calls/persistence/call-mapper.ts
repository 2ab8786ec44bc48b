import type { ContentHash } from '#kernel/content-hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { CallOutcome, CallPurpose, CallStep } from '#science/llm/call-book.port.ts';
import type { ChatMessage, LanguageModelAnswer } from '#science/llm/language-model.port.ts';
import type { Call, CallUse } from '../domain/call.ts';
import type { CallRow, StageCallRow } from './call.entity.ts';

const NO_SESSION = -1;

export function toCall(row: CallRow): Call {
  const { temperature, maxTokens, sample } = row;
  return {
    hash: row.hash as ContentHash,
    scope: row.scope,
    model: { model: row.model, parameters: JSON.parse(row.parameters) as JsonObject },
    request: { messages: JSON.parse(row.messages) as readonly ChatMessage[], temperature, maxTokens, sample },
    answer: toAnswer(row),
    paidBy: row.paidBy as ContentHash,
    usd: row.usd,
    latencyMs: row.latencyMs,
    answeredAt: row.answeredAt,
  };
}

export function toAnswer(
  row: Pick<CallRow, 'answer' | 'finish' | 'promptTokens' | 'completionTokens'>,
): LanguageModelAnswer {
  return {
    text: JSON.parse(row.answer) as string,
    finish: row.finish as LanguageModelAnswer['finish'],
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
  };
}

export function toCallRow(call: Call): CallRow {
  return {
    hash: call.hash,
    scope: call.scope,
    paidBy: call.paidBy,
    model: call.model.model,
    parameters: JSON.stringify(call.model.parameters),
    messages: JSON.stringify(call.request.messages),
    temperature: call.request.temperature,
    maxTokens: call.request.maxTokens,
    sample: call.request.sample,
    answer: JSON.stringify(call.answer.text),
    finish: call.answer.finish,
    promptTokens: call.answer.promptTokens,
    completionTokens: call.answer.completionTokens,
    usd: call.usd,
    latencyMs: call.latencyMs,
    answeredAt: call.answeredAt,
  };
}

export function toUse(row: StageCallRow): CallUse {
  return {
    stage: row.stageKey as ContentHash,
    subject: {
      purpose: row.purpose as CallPurpose,
      step: row.step as CallStep,
      session: row.session === NO_SESSION ? null : row.session,
      attempt: row.attempt,
      variant: row.variant,
    },
    call: row.callHash as ContentHash,
    isReused: row.reused,
    outcome: row.outcome as CallOutcome | null,
  };
}

export function toStageCallRow({ stage, subject, call, isReused, outcome }: CallUse): StageCallRow {
  return {
    stageKey: stage,
    purpose: subject.purpose,
    step: subject.step,
    session: subject.session ?? NO_SESSION,
    attempt: subject.attempt,
    variant: subject.variant,
    callHash: call,
    reused: isReused,
    outcome,
  };
}
