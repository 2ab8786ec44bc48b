import { DomainError } from '#kernel/domain-error.ts';

/** What this project needs of a server: spans over OTLP came with it. */
export const OLDEST_MLFLOW = '3.6.0';

/** No answer, or one that says "not now". It passes: whoever asked may ask again, later. */
export class MlflowUnavailableError extends DomainError<'MLFLOW_UNAVAILABLE'> {
  /** @param isThere something answered, or may have: the server is there, and what it was asked may be done */
  constructor(
    url: string,
    problem: string,
    readonly isThere: boolean,
  ) {
    super(
      'MLFLOW_UNAVAILABLE',
      `MLflow at ${url} ${problem}. Trials go on without it; start it, or correct MLFLOW_TRACKING_URI.`,
    );
  }
}

export class MlflowCredentialsError extends DomainError<'MLFLOW_CREDENTIALS'> {
  constructor(url: string, status: 401 | 403) {
    const problem =
      status === 401
        ? 'does not know these credentials. Correct MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN'
        : 'does not allow this. Give the user the permission EDIT on the experiment and the registered prompts';
    super('MLFLOW_CREDENTIALS', `MLflow at ${url} ${problem}.`);
  }
}

export class MlflowHostCheckError extends DomainError<'MLFLOW_HOST_CHECK'> {
  constructor(url: string) {
    const { host, hostname } = new URL(url);
    const names = host === hostname ? host : `${hostname},${host}`;
    super(
      'MLFLOW_HOST_CHECK',
      `MLflow at ${url} refuses to be called ${host} (its check against DNS rebinding). Start it with \`--allowed-hosts ${names}\`: it ` +
        'compares the name with and without the port.',
    );
  }
}

export class MlflowTooOldError extends DomainError<'MLFLOW_TOO_OLD'> {
  constructor(url: string, version: string) {
    super(
      'MLFLOW_TOO_OLD',
      `MLflow at ${url} is ${version}; prompts are sent as OpenTelemetry spans, which it takes since ${OLDEST_MLFLOW}. Update the server.`,
    );
  }
}

/** An answer that is not MLflow's. */
export class MlflowAnswerError extends DomainError<'MLFLOW_ANSWER'> {
  constructor(url: string, call: string, problem: string) {
    super(
      'MLFLOW_ANSWER',
      `What answers at ${url} is not an MLflow server that Sprintlab knows (${call}: ${problem}). Correct MLFLOW_TRACKING_URI.`,
    );
  }
}

/** What MLflow refuses for a reason of its own, in its words. */
export class MlflowRefusedError extends DomainError<'MLFLOW_REFUSED'> {
  constructor(
    readonly call: string,
    readonly reason: string,
  ) {
    super('MLFLOW_REFUSED', `MLflow refuses ${call}: ${reason}`);
  }
}

export class MlflowNotFoundError extends DomainError<'MLFLOW_NOT_FOUND'> {
  constructor(
    readonly call: string,
    readonly reason: string,
  ) {
    super('MLFLOW_NOT_FOUND', `MLflow does not have what ${call} is about: ${reason}`);
  }
}

export class MlflowExistsError extends DomainError<'MLFLOW_EXISTS'> {
  constructor(call: string) {
    super('MLFLOW_EXISTS', `MLflow has what ${call} would make.`);
  }
}

/** Somebody deleted a run or an experiment in MLflow. */
export class MlflowDeletedError extends DomainError<'MLFLOW_DELETED'> {
  constructor(readonly what: 'run' | 'experiment') {
    super('MLFLOW_DELETED', `Somebody deleted the ${what} in MLflow. \`sprintlab mlflow sync\` restores it.`);
  }
}

export class MlflowParameterConflictError extends DomainError<'MLFLOW_PARAMETER_CONFLICT'> {
  constructor(reason: string) {
    super(
      'MLFLOW_PARAMETER_CONFLICT',
      `The run has a parameter with another value, and MLflow changes none: ${reason} \`sprintlab mlflow sync\` puts a new run in its place.`,
    );
  }
}
