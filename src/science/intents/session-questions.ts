import type { CallOutcome, CallPurpose, CallSubject } from '#science/llm/call-book.port.ts';
import { type Heard, Inquiry, type InquirySettings, type Spent } from '#science/llm/inquiry.ts';
import type { ChatMessage } from '#science/llm/language-model.port.ts';
import type { Reading } from '#science/llm/reading.ts';
import { type IdentifiedIntent, readIdentified } from './answers/identified-intents.ts';
import { readRanking } from './answers/ranking.ts';
import type { CandidateDraw } from './candidates.ts';
import { contextHasText, contextWords, type HardSession, shownContext } from './hard-session.ts';
import type { Intent } from './intent-pool.ts';
import type { NamedIntent } from './named-intent.ts';
import type { PoolSnapshot } from './pool-snapshot.ts';
import { againPrompt } from './prompts/correct-prompt.ts';
import { identifyPrompt } from './prompts/identify-prompt.ts';
import { predictPrompt } from './prompts/predict-prompt.ts';
import type { ShownItem } from './prompts/shown-item.ts';

/** Letters of a ranking, or as many as make a prediction right. */
const RANKED = 5;

export interface LoopSettings {
  readonly attempts: number;
  readonly successRank: number;
  readonly maxIntents: number;
  readonly validate: boolean;
  readonly requireGain: boolean;
  readonly revealTarget: boolean;
  readonly source: 'pool' | 'free-text';
}

/** What the questions about all sessions share. */
export interface Loop {
  readonly settings: LoopSettings;
  readonly purpose: CallPurpose;
  readonly inquiry: InquirySettings;
  readonly snapshot: PoolSnapshot;
  /** (|V| + 1): items by id. */
  readonly items: readonly ShownItem[];
  readonly candidates: CandidateDraw;
  /** Hard negatives of the session at a position. */
  readonly negativesOf: (position: number) => Int32Array;
}

/** A prediction that is asked for. */
export interface PredictionQuestion {
  readonly attempt: number;
  /** `null`: without any. */
  readonly intents: readonly NamedIntent[] | null;
  /** Items in the order of their letters. */
  readonly candidates: readonly number[];
  readonly variant: string;
}

/** The ranked places of the candidates, and of the held-out item its rank. */
export interface Prediction {
  readonly reading: Reading<readonly number[]>;
  /** From 1; `null` where it is not ranked. */
  readonly rank: number | null;
  readonly subject: CallSubject;
}

/** What is asked about one session. */
export class SessionQuestions {
  readonly context: readonly ShownItem[];
  readonly heldOut: ShownItem;
  readonly #inquiry: Inquiry;

  constructor(
    readonly loop: Loop,
    readonly session: HardSession,
  ) {
    this.context = shownContext(session, loop.items);
    this.heldOut = loop.items[session.heldOut]!;
    this.#inquiry = new Inquiry(loop.inquiry);
  }

  get spent(): Spent {
    return this.#inquiry.spent;
  }

  /** Of a context without any text nobody can say anything. */
  get canBeAsked(): boolean {
    return contextHasText(this.context);
  }

  /** The intents to choose from; `null` where none are shown. */
  async shownIntents(): Promise<readonly Intent[] | null> {
    if (this.loop.settings.source === 'free-text') return null;
    return this.loop.snapshot.shownFor(contextWords(this.context));
  }

  /** How the conversation begins in which intents are named. */
  opening(intents: readonly Intent[] | null): readonly ChatMessage[] {
    const { maxIntents, revealTarget } = this.loop.settings;
    return identifyPrompt({
      context: this.context,
      intents,
      maxIntents,
      revealed: revealTarget ? this.heldOut : null,
    });
  }

  /** Asks for intents, for the first time or in answer to feedback. */
  identify(
    messages: readonly ChatMessage[],
    intents: readonly Intent[] | null,
    attempt: number,
  ): Promise<Heard<readonly IdentifiedIntent[]>> {
    const limits = { intents, items: this.context.length, maxIntents: this.loop.settings.maxIntents };
    return this.#inquiry.ask({
      subject: this.#subject(attempt === 1 ? 'IDENTIFY' : 'CORRECT', attempt, 'asked'),
      messages,
      read: (text) => readIdentified(text, limits),
      again: againPrompt,
    });
  }

  candidates(attempt: number): readonly number[] {
    const { number, position, context, heldOut } = this.session;
    const negatives = this.loop.negativesOf(position);
    return this.loop.candidates.of({ session: number, attempt, context, heldOut, negatives });
  }

  async predict({ attempt, intents, candidates, variant }: PredictionQuestion): Promise<Prediction> {
    const shown = candidates.map((item) => this.loop.items[item]!);
    const ranked = Math.min(candidates.length, Math.max(RANKED, this.loop.settings.successRank));
    const { reading, subject } = await this.#inquiry.ask({
      subject: this.#subject('PREDICT', attempt, variant),
      messages: predictPrompt({ context: this.context, intents, candidates: shown, ranked }),
      read: (text) => readRanking(text, candidates.length),
      again: againPrompt,
    });
    const at = reading.isReadable ? reading.value.indexOf(candidates.indexOf(this.session.heldOut)) : -1;
    return { reading, rank: at === -1 ? null : at + 1, subject };
  }

  isRight({ rank }: Pick<Prediction, 'rank'>): boolean {
    return rank !== null && rank <= this.loop.settings.successRank;
  }

  judge(subject: CallSubject, outcome: CallOutcome): void {
    this.#inquiry.judge(subject, outcome);
  }

  #subject(step: CallSubject['step'], attempt: number, variant: string): CallSubject {
    return { purpose: this.loop.purpose, step, session: this.session.number, attempt, variant };
  }
}
