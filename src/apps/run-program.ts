import type { Config } from '#platform/config/config.ts';
import { readConfig } from '#platform/config/config.ts';
import type { Log } from '#platform/logging/log.ts';
import { openApplication, type Application } from './application.ts';
import { toErrorAnswer } from './error-answer.ts';
import { ProgramLife } from './program-life.ts';
import type { ProgramEnd, Ready } from './program-message.ts';
import { openProgramLog, readProgramOptions, type ProgramOptions } from './program-options.ts';

/** What a program that serves or works is given. */
export interface ProgramPlace {
  readonly application: Application;
  readonly config: Config;
  readonly log: Log;
  readonly options: ProgramOptions;
  /** Aborted when the program is to stop. */
  readonly signal: AbortSignal;
  readonly tellReady: (ready: Omit<Ready, 'place'>) => Promise<void>;
}

export interface ProgramCall {
  readonly name: string;
  /** What follows the program's file. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Opens the home, has `work` serve or work until it is told to stop, closes. Ends the process, whatever happens. */
export async function runProgram(
  call: ProgramCall,
  work: (place: ProgramPlace) => Promise<ProgramEnd>,
): Promise<never> {
  const life = new ProgramLife();
  try {
    const options = readProgramOptions(call.words);
    const log = openProgramLog(call.name, options);
    const config = readConfig(call.environment, process.cwd());
    const application = await openApplication(config, process.cwd());
    const tellReady = (ready: Omit<Ready, 'place'>): Promise<void> => {
      log.info(ready, 'ready');
      return life.tellReady({ ...ready, place: describePlace(config) });
    };
    const end = await work({ application, config, log, options, signal: life.signal, tellReady });
    await application.close();
    log.info(end, 'ended');
    return await life.end(end);
  } catch (error) {
    return life.refuse(toErrorAnswer(error));
  }
}

/** The addresses of servers may hold passwords: they are named by their variables. */
function describePlace({ database, artifactsFolder, queue }: Config): string {
  const rows = database.engine === 'sqlite' ? database.file : 'Postgres, of SPRINTLAB_DATABASE_URL';
  const waiting = queue.kind === 'embedded' ? '' : '; queue Redis, of SPRINTLAB_QUEUE_URL';
  return `data base ${rows}; artifacts ${artifactsFolder}${waiting}`;
}
