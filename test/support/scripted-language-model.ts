import {
  LanguageModel,
  type LanguageModelAnswer,
  type LanguageModelRequest,
} from '#science/llm/language-model.port.ts';
import { stream } from '#science/random/stream.ts';

/** Answers what the test wrote: from a list, one after the other, or by a function of the request. */
export class ScriptedLanguageModel extends LanguageModel {
  readonly identity = { model: 'scripted', parameters: {} };
  readonly asked: LanguageModelRequest[] = [];
  readonly #script: (request: LanguageModelRequest, number: number) => string;

  constructor(script: readonly string[] | ((request: LanguageModelRequest, number: number) => string)) {
    super();
    this.#script = typeof script === 'function' ? script : (_, number) => lineOf(script, number);
  }

  ask(request: LanguageModelRequest): Promise<LanguageModelAnswer> {
    const text = this.#script(request, this.asked.length);
    this.asked.push(request);
    return Promise.resolve({ text, finish: 'stop', promptTokens: 10, completionTokens: 1 });
  }

  /** The last message of each request. */
  get questions(): readonly string[] {
    return this.asked.map(({ messages }) => messages.at(-1)!.content);
  }
}

/** Valid answers that know nothing: a random intent of the list, and the candidates in a random order. */
export function randomLanguageModel(seed: number): ScriptedLanguageModel {
  const rng = stream(seed, 'data', 'random answers');
  return new ScriptedLanguageModel(({ messages }) => {
    const question = messages[1]!.content;
    const letters = [...question.matchAll(/^([A-Z]+)\. /gm)].map(([, letter]) => letter!);
    if (letters.length > 0) {
      rng.shuffle(letters);
      return JSON.stringify({ ranking: letters });
    }
    const ids = [...question.matchAll(/^(\d+): /gm)].map(([, id]) => Number(id));
    return JSON.stringify({ intents: [{ id: ids[rng.integer(ids.length)], evidence: [1] }], new: null });
  });
}

function lineOf(script: readonly string[], number: number): string {
  const line = script[number];
  if (line === undefined) throw new Error(`The script has no answer ${number + 1}.`);
  return line;
}
