import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import type { QueueTarget } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { inTime } from '#platform/process/in-time.ts';

export interface ReadinessCheck {
  readonly name: 'process' | 'data base' | 'artifacts' | 'queue';
  /** `degraded`: the work goes on without it, slower. */
  readonly state: 'ok' | 'degraded' | 'failed';
  readonly finding: string;
  /** What to do; `null` when all is well. */
  readonly advice: string | null;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

export interface ReadinessTools {
  readonly database: Database;
  readonly artifacts: ArtifactsService;
  readonly queueTarget: QueueTarget;
  /** Aborted when the program is to stop. */
  readonly signal: AbortSignal;
}

/** What does not answer so soon does not answer. */
const PATIENCE_MS = 2_000;

/** Tells whether the program can do its work: by trying. */
export class Readiness {
  constructor(private readonly tools: ReadinessTools) {}

  async report(): Promise<ReadinessReport> {
    const reached = await Promise.all([this.dataBase(), this.artifacts(), this.queue()]);
    const checks = [this.process(), ...reached];
    return { ready: checks.every(({ state }) => state !== 'failed'), checks };
  }

  private process(): ReadinessCheck {
    if (!this.tools.signal.aborted) return ok('process', 'it runs');
    return failed('process', 'it was told to stop and gives back what it runs', 'start it again');
  }

  private async dataBase(): Promise<ReadinessCheck> {
    const { database } = this.tools;
    try {
      await inTime(
        database.read((rows) => rows.query('SELECT 1')),
        PATIENCE_MS,
      );
      return ok('data base', `${database.engine === 'sqlite' ? 'SQLite' : 'Postgres'} answers`);
    } catch (error) {
      // The words of a driver may quote the address of the server, password and all.
      const finding = isDomainError(error) ? error.message : 'it does not answer';
      return failed('data base', finding, '`sprintlab doctor` says more; the work goes on when it answers again');
    }
  }

  private async artifacts(): Promise<ReadinessCheck> {
    const { store } = this.tools.artifacts;
    const write = (folder: string): Promise<void> => store.storing(() => writeFile(join(folder, 'probe'), 'probe'));
    try {
      await inTime(store.withWorkspace(write), PATIENCE_MS);
      return ok('artifacts', `${store.folder} is writable`);
    } catch (error) {
      const finding = isDomainError(error) ? error.message : `${store.folder} is not writable`;
      return failed(
        'artifacts',
        finding,
        'free some space or change the rights of the folder; nothing need be restarted',
      );
    }
  }

  /** Without Redis stages are claimed from the data base all the same. */
  private async queue(): Promise<ReadinessCheck> {
    const { queueTarget } = this.tools;
    if (queueTarget.kind === 'embedded') return ok('queue', 'the data base is the queue');
    const { hostname, port } = new URL(queueTarget.url);
    if (await answers(hostname, Number(port || '6379'))) return ok('queue', 'Redis answers');
    const advice = 'start the server, or correct SPRINTLAB_QUEUE_URL; what waits is offered again then';
    return { name: 'queue', state: 'degraded', finding: 'nothing answers at the host and port of Redis', advice };
  }
}

function ok(name: ReadinessCheck['name'], finding: string): ReadinessCheck {
  return { name, state: 'ok', finding, advice: null };
}

function failed(name: ReadinessCheck['name'], finding: string, advice: string): ReadinessCheck {
  return { name, state: 'failed', finding, advice };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
