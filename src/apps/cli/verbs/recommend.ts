import { InvalidArgumentError } from 'commander';
import { CsvError, parse } from 'csv-parse/sync';
import type { Recommendations } from '#features/recommendations/recommendations.service.ts';
import { wholeNumber } from '../listing.ts';
import { renderTable } from '../table.ts';
import { verb, type AddVerb } from '../verb.ts';
import { printable } from '../printable-text.ts';

interface RecommendOptions {
  readonly json?: boolean;
  readonly trial: string;
  readonly items: readonly string[];
  readonly limit: number;
}

export const addRecommend: AddVerb = (program, perform) => {
  const command = verb(
    'recommend',
    'what the model of a finished trial recommends after some items, and the intents behind it; no LLM is asked',
    'sprintlab recommend --trial 3f9a --items B000142FVW,B0002D8TAO --limit 5',
  )
    .requiredOption('--trial <id>', 'a finished trial, or the beginning of its id')
    .requiredOption('--items <ids>', 'ids of the data set, oldest first; one with a comma in "quotes"', idList)
    .option('--limit <count>', 'at most so many', wholeNumber, 10)
    .action(({ trial, items, limit, json }: RecommendOptions) =>
      perform(
        { json: json === true },
        async ({ application }) => {
          const {
            session,
            trial: by,
            ...answer
          } = await application.recommendations.recommend({ trial, items, limit });
          const heading = [
            `trial ${by.id}: ${by.arm} on ${by.dataset}`,
            '',
            'session, oldest first',
            ...sessionLines(session),
          ];
          return { json: answer, text: recommendationText(heading, answer) };
        },
        async ({ server }) => {
          const { recommend } = await import('#features/boards/http/trials.endpoints.ts');
          const asking = { params: { id: trial }, body: { items: [...items], limit } };
          const answer = await server.ask(recommend, asking);
          return { json: answer, text: recommendationText([`trial ${trial}`], answer) };
        },
      ),
    );
  program.addCommand(command);
};

/** A list as a line of CSV, so that an id may have a comma in it. */
function idList(text: string): readonly string[] {
  try {
    const records: string[][] = parse(text, { trim: true, relax_quotes: true, relax_column_count: true });
    return records.flat().filter((id) => id !== '');
  } catch (error) {
    if (error instanceof CsvError) throw new InvalidArgumentError('A quote in it is not closed.');
    throw error;
  }
}

function sessionLines(session: Recommendations['session']): readonly string[] {
  return session.map(({ id, title }) => printable(title === null ? `  ${id}` : `  ${id}  ${title}`));
}

function recommendationText(
  heading: readonly string[],
  { items, intents, milliseconds }: Omit<Recommendations, 'trial' | 'session'>,
): string {
  return [
    ...heading,
    '',
    items.length === 0 ? 'Nothing is left to recommend: the trial masks what was seen.' : itemTable(items),
    '',
    ...(intents.length === 0 ? [] : [intentTable(intents), '']),
    `in ${milliseconds.toFixed(1)} ms`,
    '',
  ].join('\n');
}

function intentTable(intents: Recommendations['intents']): string {
  return renderTable(intents, [
    { title: 'intent', of: ({ name }) => name },
    { title: 'probability', of: ({ probability }) => probability.toFixed(3), align: 'right' },
    { title: 'supported by', of: ({ evidence }) => evidence },
  ]);
}

function itemTable(items: Recommendations['items']): string {
  return renderTable(items, [
    { title: 'rank', of: ({ rank }) => rank, align: 'right' },
    { title: 'score', of: ({ score }) => score.toPrecision(4), align: 'right' },
    { title: 'item', of: ({ id }) => id },
    { title: 'title', of: ({ title }) => title },
  ]);
}
