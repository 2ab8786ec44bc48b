import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { Leadership } from '#features/scheduling/leadership.ts';
import type { Clock } from '#kernel/clock.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { Database } from '#platform/database/database.ts';
import { openMlflow } from '#platform/mlflow/on-demand.ts';
import type { MlflowTarget } from '#platform/mlflow/mlflow-target.ts';
import { MirrorLedger, type MirrorStanding } from './mirror-ledger.ts';
import { Mirror } from './mirror.ts';
import { Reconciler } from './reconciler.ts';
import type { RunSourceTools } from './run-source.ts';

export class NoMlflowError extends DomainError<'NO_MLFLOW'> {
  constructor() {
    super(
      'NO_MLFLOW',
      'No MLflow server is named. Set MLFLOW_TRACKING_URI to its address, such as http://127.0.0.1:5000.',
    );
  }
}

export interface TrackingTools extends RunSourceTools {
  readonly database: Database;
  readonly clock: Clock;
  /** Of the office of whoever mirrors. */
  readonly leadership: Leadership;
  readonly codeVersions: CodeVersions;
  /** `null` where no server is named. */
  readonly target: MlflowTarget | null;
}

/** How the mirror stands, for whoever looks after it. */
export interface TrackingStanding extends MirrorStanding {
  readonly url: string;
  /** Events that the server was not told of yet. */
  readonly pending: number;
  /** Runs that were set aside, with the reason. */
  readonly broken: readonly { readonly run: string; readonly subject: string; readonly problem: string }[];
}

/** What this home has to do with an MLflow server. */
export interface Tracking {
  readonly mirror: Mirror;
  readonly reconciler: Reconciler;
  readonly standing: () => Promise<TrackingStanding>;
}

/** `null` where no server is named: then nothing is mirrored, and nothing is lost either, since the events stay. */
export function trackingOf(tools: TrackingTools): Tracking | null {
  const { target, database, clock, events } = tools;
  if (target === null) return null;
  const ledger = new MirrorLedger(database, clock, target.url);
  const mirror = new Mirror({ ...tools, ledger, openMlflow: () => openMlflow(target) });
  return {
    mirror,
    reconciler: new Reconciler({ ...tools, ledger, mirror }),
    standing: async () => {
      const standing = await ledger.standing();
      const broken = await ledger.broken();
      const pending = (await events.latestNumber()) - standing.mirroredThrough;
      const toldOf = broken.map(({ run, subject, problem }) => ({
        run,
        subject: `${subject.kind} ${subject.id}`,
        problem: problem ?? '',
      }));
      return { ...standing, url: target.url, pending, broken: toldOf };
    },
  };
}
