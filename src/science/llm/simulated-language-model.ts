import { contentHash } from '#kernel/content-hash.ts';
import { stream } from '#science/random/stream.ts';
import {
  LanguageModel,
  type LanguageModelAnswer,
  type LanguageModelRequest,
  type ModelIdentity,
} from './language-model.port.ts';
import type { SimulatedModelParameters } from './simulated-model.ts';
import { garbage, randomAnswer } from './simulated/mistakes.ts';
import { readTask } from './simulated/prompt-reading.ts';
import { simulatedAnswer } from './simulated/simulated-answers.ts';
import { type SimulatedKnowledge, WordKnowledge } from './simulated/word-knowledge.ts';

/** Share of the mistakes that cannot be read. */
const GARBAGE = 0.1;
/** Characters of a token, as English has in the mean. */
const TOKEN = 4;

/**
 * A deterministic stand-in for a language model (science D): it reads the prompt and compares words. It is there to try the
 * method and its tools without cost; what it is worth says nothing of any real model.
 *
 * ```
 * bag of an intent   words of its name and description, and their synonyms
 * IDENTIFY           the intents with the largest Σ tf · idf² / ‖bag‖ over the session's words, those from half of the best;
 *                    a new one of the two most frequent category words where the best explains too little
 * CORRECT            without the intent of least evidence, with the best one not named yet
 * PREDICT            candidates by Σ idf over the words of the intents (without any: of the session), then by popularity
 * EXPLORE            pairs of words that share items, by the sessions that have them
 * CONSOLIDATE        what was proposed most often
 * ```
 *
 * With probability `errorRate`, hashed from prompt and sample, the answer is a random valid one, and in a tenth of these cases
 * garbage. A token is four characters.
 */
export class SimulatedLanguageModel extends LanguageModel {
  readonly identity: ModelIdentity;
  readonly #errorRate: number;
  readonly #knowledge: WordKnowledge;

  constructor({ errorRate }: SimulatedModelParameters, knowledge: SimulatedKnowledge) {
    super();
    this.#errorRate = errorRate;
    this.#knowledge = new WordKnowledge(knowledge);
    this.identity = { model: 'simulated', parameters: { errorRate, knowledge: this.#knowledge.hash } };
  }

  ask(request: LanguageModelRequest): Promise<LanguageModelAnswer> {
    const text = this.#answer(request);
    const isCut = text.length > request.maxTokens * TOKEN;
    const given = isCut ? text.slice(0, request.maxTokens * TOKEN) : text;
    return Promise.resolve({
      text: given,
      finish: isCut ? 'length' : 'stop',
      promptTokens: tokens(request.messages.reduce((sum, { content }) => sum + content.length, 0)),
      completionTokens: tokens(given.length),
    });
  }

  #answer({ messages, sample }: LanguageModelRequest): string {
    const task = readTask(messages);
    if (task === null) return 'I do not know what to answer.';
    const rng = stream(sample, 'profile', 'llm').split(contentHash(JSON.stringify(messages)));
    if (rng.uniform() >= this.#errorRate) return JSON.stringify(simulatedAnswer(task, this.#knowledge));
    if (rng.uniform() < GARBAGE) return garbage(rng);
    return JSON.stringify(randomAnswer(task, rng, this.#knowledge));
  }
}

function tokens(characters: number): number {
  return Math.ceil(characters / TOKEN);
}
