/** What of ours is one run in MLflow. A profiling is the chain of batches that begins with one stage. */
export type SubjectKind = 'submission' | 'trial' | 'profiling';

export interface Subject {
  readonly kind: SubjectKind;
  /** Of a submission or a trial its id, of a profiling the key of the stage that begins it. */
  readonly id: string;
}

export function subjectWord({ kind, id }: Subject): string {
  return `${kind}/${id}`;
}

export type RunStatus = 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

export function hasEnded(status: RunStatus): boolean {
  return status !== 'SCHEDULED' && status !== 'RUNNING';
}

/** One value of a metric, and the event that made it a fact: what a mirror has not sent yet came after the last one it sent. */
export interface Point {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. From our rows, so that the same point is the same bytes however often it is sent. */
  readonly timestamp: number;
  readonly step: number;
  readonly fact: number;
}

export interface ProjectedFile {
  /** From the folder of the run's artifacts. */
  readonly path: string;
  readonly bytes: number;
  readonly fact: number;
  /** An object of the store by its hash, or a text of a few kilobytes. */
  readonly content: { readonly hash: string } | { readonly text: string };
}

export interface DataInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly profile: string;
  readonly context: string;
}

/** All that a run in MLflow holds, but its traces, which do not fit in the memory: a pure function of our rows. */
export interface RunProjection {
  readonly subject: Subject;
  /** Number of the event that asked for it. */
  readonly fact: number;
  /** What the tag `sprintlab.id` says: the same in no other home. */
  readonly tagId: string;
  /** Name of the experiment, there as here. */
  readonly experiment: string;
  readonly question: string;
  readonly parent: Subject | null;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly status: RunStatus;
  /** `null` until it has ended. */
  readonly endMs: number | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
  readonly inputs: readonly DataInput[];
  readonly files: readonly ProjectedFile[];
  readonly model: ProjectedModel | null;
  /** The profiling of a trial, which has the prompts. */
  readonly profiling: Subject | null;
}

export interface ProjectedModel {
  readonly hash: string;
  readonly madeAt: Date;
  readonly fact: number;
}
