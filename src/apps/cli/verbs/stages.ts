import type { Artifact } from '#features/artifacts/domain/artifact.ts';
import type { StageAnswer, StageDetailAnswer } from '#features/stages/http/stages.schema.ts';
import type { Page } from '#kernel/page.ts';
import type { Execution } from '#features/stages/domain/stage.ts';
import { listing, pageOf, wholeNumber, type ListOptions } from '../listing.ts';
import { printable, printableLines } from '../printable-text.ts';
import { logOf } from '#features/stages/stage-log.ts';
import { warningLines } from '../stage-notes.ts';
import { formatBytes, formatSeconds, renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/stages/http/stages.endpoints.ts');

export const addStages: AddVerb = (program, perform) => {
  const stages = noun('stages', 'the steps that trials share');
  stages.addCommand(listVerb(perform));
  stages.addCommand(showVerb(perform));
  stages.addCommand(logVerb(perform));
  program.addCommand(stages);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list stages', 'sprintlab stages list --filter "kind=evaluation"')).action(
    (options: ListOptions) =>
      perform(
        options,
        async ({ application }) => {
          const stages = await application.stages.list();
          const warnings = await application.stages.warningsOf(stages.map(({ key }) => key));
          const items = stages.map(({ key, kind, status, parameters, createdAt }) => ({
            key,
            kind,
            status,
            warnings: warnings.filter(({ stage }) => stage === key).length,
            parameters: JSON.stringify(parameters),
            createdAt: createdAt.toISOString(),
          }));
          return listAnswer(pageOf(items, 'key', options));
        },
        async ({ server }) =>
          listAnswer(await server.list((await routes()).listStages, options, { sort: 'createdAt,key' })),
      ),
  );
}

function listAnswer(page: Page<Pick<StageAnswer, 'key' | 'kind' | 'status' | 'warnings' | 'parameters'>>): Answer {
  const table = renderTable(page.items, [
    { title: 'key', of: ({ key }) => key.slice(0, 12) },
    { title: 'kind', of: ({ kind }) => kind },
    { title: 'status', of: ({ status }) => status },
    { title: 'warnings', of: ({ warnings }) => warnings, align: 'right' },
    { title: 'parameters', of: ({ parameters }) => parameters },
  ]);
  return { json: page, text: `${page.items.length === 0 ? 'No stage matches.' : table}\n` };
}

function showVerb(perform: Perform) {
  return verb('show <key>', 'what a stage read, made, and took', 'sprintlab stages show 1b2c').action(
    (keyPrefix: string, options: { json?: boolean }) =>
      perform(
        options,
        async ({ application }) => {
          const stage = await application.stages.get(keyPrefix);
          const [executions, artifacts, warnings] = await Promise.all([
            application.stages.executionsOf([stage.key]),
            application.artifacts.of('stage', [stage.key]),
            application.stages.warningsOf([stage.key]),
          ]);
          return {
            json: { ...stage, executions, artifacts, warnings },
            text: stageText({ ...stage, executions, artifacts, warnings }),
          };
        },
        async ({ server }) => {
          const stage = await server.ask((await routes()).showStage, { params: { key: keyPrefix } });
          return { json: stage, text: stageText(stage) };
        },
      ),
  );
}

interface ShownStage extends Pick<StageDetailAnswer, 'kind' | 'key' | 'status' | 'codeVersion'> {
  readonly parameters: object;
  readonly executions: readonly ShownExecution[];
  readonly artifacts: readonly ShownArtifact[];
  readonly warnings: Parameters<typeof warningLines>[0];
}

function stageText({
  kind,
  key,
  status,
  parameters,
  codeVersion,
  executions,
  artifacts,
  warnings,
}: ShownStage): string {
  return [
    `${kind} ${key}: ${status}`,
    ...warningLines(warnings),
    `parameters: ${JSON.stringify(parameters)}`,
    `code version: ${codeVersion}`,
    '',
    executions.length === 0 ? 'Nobody has executed it yet.' : executionTable(executions),
    '',
    artifactTable(artifacts),
    '',
  ].join('\n');
}

function logVerb(perform: Perform) {
  return verb('log <key>', 'print what a stage said while it was executed', 'sprintlab stages log 1b2c')
    .option('--execution <number>', 'of that execution (default: the latest)', wholeNumber)
    .action((keyPrefix: string, options: { json?: boolean; execution?: number }) =>
      perform(
        options,
        async ({ application }) => {
          const stage = await application.stages.get(keyPrefix);
          const { execution, text } = await logOf(application, stage, options.execution);
          const { id, token, status } = execution;
          return {
            json: { stage: stage.key, kind: stage.kind, execution: token, id, status, log: text },
            text: printableLines(text),
          };
        },
        async ({ server }) => {
          const asking = { params: { key: keyPrefix }, query: { execution: options.execution } };
          const answer = await server.ask((await routes()).showStageLog, asking);
          return { json: answer, text: printableLines(answer.log) };
        },
      ),
    );
}

type ShownExecution = Pick<Execution, 'token' | 'status' | 'host' | 'pid' | 'usage'> & {
  readonly error: { readonly message: string } | null;
};
type ShownArtifact = Pick<Artifact, 'name' | 'bytes'> & { readonly hash: string };

function executionTable(executions: readonly ShownExecution[]): string {
  return renderTable(executions, [
    { title: 'execution', of: ({ token }) => token, align: 'right' },
    { title: 'status', of: ({ status }) => status },
    { title: 'host', of: ({ host, pid }) => `${host}:${pid}` },
    { title: 'time', of: ({ usage }) => (usage === null ? null : formatSeconds(usage.seconds)), align: 'right' },
    {
      title: 'memory',
      of: ({ usage }) => (usage === null ? null : formatBytes(usage.peakMemoryBytes)),
      align: 'right',
    },
    { title: 'error', of: ({ error }) => (error === null ? null : printable(error.message)) },
  ]);
}

function artifactTable(artifacts: readonly ShownArtifact[]): string {
  return renderTable(artifacts, [
    { title: 'artifact', of: ({ name }) => name },
    { title: 'size', of: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { title: 'hash', of: ({ hash }) => hash },
  ]);
}
