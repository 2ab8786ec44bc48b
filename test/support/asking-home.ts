import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PlannedStage, StageFailure } from '#features/stages/domain/stage.ts';
import { StageWorker } from '#features/workers/stage-worker.ts';
import type { AskingScript } from './asking.mjs';
import { aPlan, aStage, aTrial, aWorker } from './builders.ts';
import type { TestHome } from './home.ts';

export interface AskingStage extends AskingScript {
  /** Names the stage: the same word is the same stage. */
  readonly word: string;
  readonly codeVersion?: string;
  /** A file without which no question is answered. */
  readonly gate?: string;
}

/** What a stage's process told of itself. */
export interface Asked {
  readonly asked: readonly string[];
  /** By question. */
  readonly answers: Readonly<Record<string, string>>;
}

const PROGRAM = { file: fileURLToPath(new URL('./asking-stage.mjs', import.meta.url)), memoryBytes: 2 ** 30 };

// Vitest has its processes read the sources; the process of a stage runs what was built.
process.execArgv = [];

/** Stages that ask, each in a process of its own, under a real worker of a real home. */
export class AskingHome {
  constructor(readonly home: TestHome) {}

  /** Runs stages at the same time, once; what had been killed goes on. @returns the failures */
  async run(stages: readonly AskingStage[]): Promise<readonly StageFailure[]> {
    for (const stage of stages) await this.prepare(stage);
    const plan = aPlan([{ trial: aTrial(), stages: stages.map((stage) => this.planned(stage)) }], {
      question: `What do ${stages.map(({ word }) => word).join(', ')} ask?`,
    });
    const { submission } = await this.home.submissions.submit(plan);
    const failures: StageFailure[] = [];
    await this.worker().work({
      submission: submission.id,
      slots: stages.length,
      signal: new AbortController().signal,
      onNews: (news) => {
        if (news.kind === 'failed') failures.push(news.failure);
      },
      isOver: () => Promise.resolve(true),
      afterEach: () => Promise.resolve(),
    });
    return failures;
  }

  planned({ word, codeVersion }: Pick<AskingStage, 'word' | 'codeVersion'>): PlannedStage {
    const stage = aStage(word);
    return {
      ...stage,
      codeVersion: codeVersion ?? stage.codeVersion,
      parameters: { control: this.file(word, 'json') },
    };
  }

  async told(word: string): Promise<Asked> {
    const text = await readFile(this.file(word, 'log'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean);
    const notes = lines.map((line) => JSON.parse(line) as ['asked', string] | ['answered', string, string]);
    const asked = notes.flatMap(([kind, question]) => (kind === 'asked' ? [question] : []));
    const answers = notes.flatMap(([kind, question, answer]) => (kind === 'answered' ? [[question, answer]] : []));
    return { asked, answers: Object.fromEntries(answers) as Record<string, string> };
  }

  /** Waits until stages have asked so many questions that are not answered. */
  async untilAsked(words: readonly string[], count: number): Promise<void> {
    for (;;) {
      const told = await Promise.all(words.map((word) => this.told(word)));
      if (told.every(({ asked }) => asked.length >= count)) return;
      await delay(5);
    }
  }

  worker(): StageWorker {
    const identity = aWorker(process.pid);
    // Two versions of the code, in one build.
    const codeVersions = { ...identity.codeVersions, baseline: '1'.repeat(64) };
    return new StageWorker({ ...this.home, identity: { ...identity, codeVersions }, program: PROGRAM });
  }

  private async prepare({ word, gate, ...script }: AskingStage): Promise<void> {
    const control = { script, log: this.file(word, 'log'), gate: gate ?? null };
    await writeFile(this.file(word, 'log'), '');
    await writeFile(this.file(word, 'json'), JSON.stringify(control));
  }

  private file(word: string, ending: 'json' | 'log'): string {
    return join(this.home.folder, `${word}.${ending}`);
  }
}
