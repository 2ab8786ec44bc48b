import type { CallSummary, WholeUse } from '#features/calls/calls.service.ts';
import { subjectId, type Call, type CallUse } from '#features/calls/domain/call.ts';
import { SIMULATED } from '#features/calls/domain/call-cost.ts';
import type { CallAnswer, CallUseAnswer } from '#features/calls/http/calls.schema.ts';
import type { Page } from '#kernel/page.ts';
import type { Application } from '../../application.ts';
import { exporting, exportLines, type ExportOptions } from '../json-lines.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { printable, printableLines } from '../printable-text.ts';
import { selectedStages, selecting, type SelectionOptions } from '../stage-selection.ts';
import { formatCount, renderTable, type Column } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/calls/http/calls.endpoints.ts');

export const addCalls: AddVerb = (program, perform) => {
  const calls = noun('calls', 'what stages asked language models, and were answered');
  calls.addCommand(listVerb(perform));
  calls.addCommand(showVerb(perform));
  calls.addCommand(exportVerb(perform));
  program.addCommand(calls);
};

function listVerb(perform: Perform) {
  const command = verb(
    'list',
    'list the uses of LLM calls, without their texts',
    'sprintlab calls list --filter "step=PREDICT and outcome=wrong"',
  );
  return listing(selecting(command)).action((options: ListOptions & SelectionOptions) =>
    perform(
      options,
      async ({ application }) => {
        const uses = await application.calls.list(await selectedStages(application, options));
        return listAnswer(pageOf(uses.map(toItem), 'id', options));
      },
      async ({ server }) => {
        const { trial, experiment, stage } = options;
        return listAnswer(await server.list((await routes()).listCalls, options, { trial, experiment, stage }));
      },
    ),
  );
}

type ShownUse = Readonly<CallAnswer['uses'][number]>;

/** What a call was for, and what became of its answer. */
const USE_COLUMNS: readonly Column<ShownUse>[] = [
  { title: 'purpose', of: ({ purpose }) => purpose },
  { title: 'step', of: ({ step }) => step },
  { title: 'session', of: ({ session }) => session, align: 'right' },
  { title: 'attempt', of: ({ attempt }) => attempt, align: 'right' },
  { title: 'variant', of: ({ variant }) => variant },
  { title: 'outcome', of: ({ outcome }) => outcome },
  { title: 'reused', of: ({ reused }) => (reused ? 'yes' : 'no') },
];

function listAnswer(page: Page<Omit<CallUseAnswer, 'answeredAt' | 'finish'>>): Answer {
  const table = renderTable(page.items, [
    { title: 'call', of: ({ call }) => call.slice(0, 12) },
    { title: 'stage', of: ({ stage }) => stage.slice(0, 12) },
    ...USE_COLUMNS,
    { title: 'model', of: ({ model }) => model },
    { title: 'tokens', of: (item) => formatCount(item.promptTokens + item.completionTokens), align: 'right' },
  ]);
  const empty = 'No LLM call matches; the stages of a method with intents make some.';
  return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
}

function showVerb(perform: Perform) {
  return verb('show <hash>', 'an LLM call: prompt, answer, and who uses it', 'sprintlab calls show 5c1e08').action(
    (hash: string, options: { json?: boolean }) =>
      perform(
        options,
        ({ application }) => callAnswer(application, hash),
        async ({ server }) => {
          const call = await server.ask((await routes()).showCall, { params: { hash } });
          return { json: call, text: callText(call) };
        },
      ),
  );
}

function exportVerb(perform: Perform) {
  const command = verb(
    'export',
    'print LLM calls with their whole prompts and answers, a line of JSON each',
    'sprintlab calls export --trial 3f9a --out calls.jsonl',
  );
  return exporting(selecting(command)).action((options: ExportOptions & SelectionOptions) =>
    perform(options, async ({ application, terminal }) => {
      const stages = await selectedStages(application, options);
      return exportLines(terminal, options, exported(application.calls.whole(stages)));
    }),
  );
}

function toItem({ made, ...use }: CallSummary) {
  const { answeredAt, ...measures } = made;
  return {
    id: `${use.stage}/${subjectId(use.subject)}`,
    ...useFields(use),
    ...measures,
    answeredAt: answeredAt.toISOString(),
  };
}

/** What a use is, in the words of lists and exports alike. */
function useFields({ call, stage, subject, outcome, isReused }: CallUse) {
  const { purpose, step, session, attempt, variant } = subject;
  return { call, stage, purpose, step, session, attempt, variant, outcome, reused: isReused };
}

async function* exported(portions: AsyncIterable<readonly WholeUse[]>): AsyncGenerator<readonly object[]> {
  for await (const portion of portions)
    yield portion.map(({ made, ...use }) => ({ ...useFields(use), ...wholeCall(made) }));
}

function wholeCall({ model, request, answer, usd, latencyMs, answeredAt, paidBy }: Call) {
  const { text, finish, promptTokens, completionTokens } = answer;
  const length = { promptTokens, completionTokens };
  const cost = { usd, latencyMs, answeredAt: answeredAt.toISOString(), paidBy };
  return { ...model, ...request, answer: text, finish, ...length, ...cost };
}

async function callAnswer({ calls }: Application, hashPrefix: string): Promise<Answer> {
  const call = await calls.get(hashPrefix);
  const uses = (await calls.usesOf(call.hash)).map(useFields);
  const json = { hash: call.hash, scope: call.scope, ...wholeCall(call), uses };
  return { json, text: callText(json) };
}

type ShownCall = Omit<CallAnswer, 'messages' | 'parameters' | 'uses'> & {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly parameters: object;
  readonly uses: readonly ShownUse[];
};

function callText(call: ShownCall): string {
  const { promptTokens, completionTokens, finish, usd, latencyMs, answeredAt } = call;
  const simulated = call.model === SIMULATED ? ' (SIMULATED: rules, no language model)' : '';
  return [
    `LLM call ${call.hash}`,
    printable(`model ${call.model}${simulated} ${JSON.stringify(call.parameters)}`),
    `temperature ${call.temperature}, at most ${call.maxTokens} tokens, sample ${call.sample}`,
    `${formatCount(promptTokens)} + ${formatCount(completionTokens)} tokens, $${usd.toFixed(4)}, ${latencyMs.toFixed(1)} ms, ${answeredAt}`,
    `asked by stage ${call.paidBy}`,
    ...call.messages.flatMap(({ role, content }) => ['', `--- ${role}`, printableLines(content)]),
    '',
    `--- answer (${finish})`,
    printableLines(call.answer),
    '',
    usesTable(call.uses),
    '',
  ].join('\n');
}

function usesTable(uses: readonly ShownUse[]): string {
  return renderTable(uses, [{ title: 'used by', of: ({ stage }) => stage.slice(0, 12) }, ...USE_COLUMNS]);
}
