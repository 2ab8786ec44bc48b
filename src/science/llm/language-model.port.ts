import type { JsonObject } from '#kernel/json.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** One question to a language model: all that its answer may depend on, beside the model itself. */
export interface LanguageModelRequest {
  readonly messages: readonly ChatMessage[];
  readonly temperature: number;
  /** The answer is cut there. */
  readonly maxTokens: number;
  /** Which of the answers that chance could give is meant: the profile seed. Equal requests have one answer. */
  readonly sample: number;
}

export interface LanguageModelAnswer {
  /** As it came: what it is worth is for the reader to find out. */
  readonly text: string;
  /** `length`: it was cut at `maxTokens`. */
  readonly finish: 'stop' | 'length' | 'refusal';
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Which model answers. Two models of one identity give one answer to one request, as far as they are deterministic. */
export interface ModelIdentity {
  /** As a person calls it, for instance `simulated`. */
  readonly model: string;
  /** Whatever of it changes its answers: its parameters, the hash of what it knows. */
  readonly parameters: JsonObject;
}

/** A language model: text to text. */
export abstract class LanguageModel {
  abstract readonly identity: ModelIdentity;

  abstract ask(request: LanguageModelRequest): Promise<LanguageModelAnswer>;
}
