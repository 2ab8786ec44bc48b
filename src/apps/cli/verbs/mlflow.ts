import type { Difference } from '#features/tracking/domain/difference.ts';
import { NoMlflowError, type Tracking } from '#features/tracking/tracking.ts';
import type { Reconciliation, RunReport, Watch } from '#features/tracking/reconciler.ts';
import type { Application } from '../../application.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../printable-text.ts';
import { renderTable } from '../table.ts';
import { say } from '../terminal.ts';
import { noun, verb, type AddVerb, type Answer, type Perform, type Workplace } from '../verb.ts';

export const addMlflow: AddVerb = (program, perform) => {
  const mlflow = noun('mlflow', 'the mirror of everything in MLflow');
  mlflow.addCommand(checkVerb(perform));
  mlflow.addCommand(syncVerb(perform));
  program.addCommand(mlflow);
};

function checkVerb(perform: Perform) {
  return verb(
    'check <experiment>',
    'compare what MLflow holds with the rows of this home, and name each difference',
    'sprintlab mlflow check uncertainty-vs-random',
  ).action((experiment: string, options: { json?: boolean }) =>
    perform(options, async (workplace) => {
      const { reconciler, mirror } = trackingOf(workplace.application);
      const found = await reconciler.check(experiment, watch(workplace)).finally(() => mirror.close());
      return checked(found);
    }),
  );
}

function syncVerb(perform: Perform) {
  return verb(
    'sync [experiment]',
    'tell MLflow all that it was not told, and repair what differs: of one experiment, or of all',
    'sprintlab mlflow sync\nsprintlab mlflow sync uncertainty-vs-random',
  ).action((experiment: string | undefined, options: { json?: boolean }) =>
    perform(options, (workplace) => sync(workplace, experiment)),
  );
}

async function sync(workplace: Workplace, experiment: string | undefined): Promise<Answer> {
  const { application, signal } = workplace;
  const { mirror, reconciler } = trackingOf(application);
  const names =
    experiment === undefined ? (await application.experiments.list()).map(({ name }) => name) : [experiment];
  // A mistyped name is told before a server is asked for hours.
  if (experiment !== undefined) await application.experiments.revisionsOf(experiment);
  try {
    await mirror.drain(signal);
    const repaired: Reconciliation[] = [];
    for (const name of names) repaired.push(await reconciler.repair(name, watch(workplace)));
    return synced(repaired);
  } finally {
    await mirror.close();
  }
}

/** @throws NoMlflowError */
function trackingOf({ tracking }: Application): Tracking {
  if (tracking === null) throw new NoMlflowError();
  return tracking;
}

function watch({ terminal, signal }: Workplace): Watch {
  const onRun = (runs: number): void => {
    if (runs % 100 === 0) say(terminal, `${runs} runs compared`);
  };
  return { onRun, signal };
}

function checked(found: Reconciliation): Answer {
  const { experiment, runs, differing, pending } = found;
  const wrong = differing.filter(({ differences }) => differences.some(isWrong));
  const waiting = pending === 0 ? '' : ` ${pending} events wait to be told; \`sprintlab mlflow sync\` tells them now.`;
  const sum =
    differing.length === 0
      ? `All ${runs} runs of ${experiment} are in MLflow as they are here.`
      : `${differing.length} of ${runs} runs of ${experiment} differ; \`sprintlab mlflow sync ${experiment}\` repairs them.`;
  return {
    json: { ...found, differing: differing.map(toJson) },
    text: `${differing.length === 0 ? '' : `${tableOf(differing)}\n\n`}${sum}${waiting}\n`,
    exitCode: wrong.length > 0 ? EXIT.verificationFailed : EXIT.done,
  };
}

/** What others added is no lie about what is ours. */
function isWrong({ kind }: Difference): boolean {
  return kind !== 'extra';
}

function synced(all: readonly Reconciliation[]): Answer {
  const runs = all.reduce((sum, one) => sum + one.runs, 0);
  const repaired = all.flatMap(({ differing }) => differing);
  const pending = all.at(-1)?.pending ?? 0;
  const waiting = pending === 0 ? '' : ` ${pending} events wait for the process that mirrors now.`;
  const sum = `${runs} runs compared, ${repaired.length} repaired.${waiting}`;
  return {
    json: { runs, repaired: repaired.map(toJson), pending },
    text: `${repaired.length === 0 ? '' : `${tableOf(repaired)}\n\n`}${sum}\n`,
  };
}

function toJson({ subject, name, run, differences }: RunReport) {
  return { subject, name, run, differences };
}

function tableOf(reports: readonly RunReport[]): string {
  const lines = reports.flatMap(({ name: of, differences }) =>
    differences.map((difference) => ({ ...difference, of })),
  );
  return renderTable(lines, [
    { title: 'run', of: ({ of }) => printable(of) },
    { title: 'difference', of: ({ kind }) => kind },
    { title: 'what', of: ({ what, name }) => printable(what === 'run' ? what : `${what} ${name}`) },
    { title: 'here', of: ({ ours }) => short(ours) },
    { title: 'in MLflow', of: ({ theirs }) => short(theirs) },
  ]);
}

const WIDTH = 40;

function short(value: string | null): string {
  const text = printable(value ?? '').replaceAll('\n', ' ');
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}
