import { z } from 'zod';
import { MOST_ARMS } from './arms.ts';
import { DOCUMENT_LIMITS } from './document-survey.ts';
import { manifestSchema } from './manifest-schema.ts';
import { METHODS, type Method } from './methods.ts';
import { LEGAL_IN_WORDS } from './protocols.ts';
import { KEY_NOTES, type KeyNote } from './setting.ts';
import { allowedInWords, valueSchema, type ValueSchema } from './value-words.ts';

/** The JSON Schema (draft 2020-12) of the manifest, for editors. */
export function manifestJsonSchema(): string {
  const schema = z.toJSONSchema(manifestSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const note = zodSchema instanceof z.ZodType ? KEY_NOTES.get(zodSchema) : undefined;
      if (note !== undefined) jsonSchema.description = described(note);
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema, required, ...rest } = schema;
  // What is required may stand in a base file.
  const anyOf = [{ required: ['extends'] }, { required }];
  return `${JSON.stringify({ $schema, title: 'A Sprintlab manifest', ...rest, anyOf }, null, 2)}\n`;
}

/** The reference page of the manifest in Markdown. */
export function manifestReference(): string {
  const { properties = {} } = valueSchema(manifestSchema);
  const keys = Object.entries(properties) as [string, ValueSchema][];
  const page = [
    INTRODUCTION,
    '## Keys',
    table(
      TOP_COLUMNS,
      keys.map(([key, schema]) => topRow(key, schema)),
    ),
    ...keys.flatMap(([key, schema]) => sectionTables(key, schema)),
    '## Methods',
    METHODS_INTRODUCTION,
    table(
      METHOD_COLUMNS,
      Object.entries(METHODS).map(([name, method]) => methodRow(name, method)),
    ),
  ];
  return `${page.join('\n\n')}\n`;
}

const INTRODUCTION = `# The manifest

This page is generated from the schema that checks manifests (\`npm run gen:manifest\`); an editor that is given
\`# yaml-language-server: $schema=manifest.schema.json\` shows the same. A manifest is one YAML 1.2 document of at most
${DOCUMENT_LIMITS.bytes} bytes, ${DOCUMENT_LIMITS.lines} lines, ${DOCUMENT_LIMITS.depth} levels, ${DOCUMENT_LIMITS.values} values and ${DOCUMENT_LIMITS.aliases} aliases, without tags, directives and merge keys.
An unknown key, a wrong type or a value outside its range is an error. It makes at most ${MOST_ARMS} arms and as many trials.

- An arm of the grid is named by its varying axes: \`itemKnn.neighbours=50, itemKnn.shrink=10\`. Without axes there is one arm,
  named by its method; without axes and with named arms there is no grid.
- Under \`settings\` and \`arms\` keys are nested (\`selection: {ratio: 0.1}\`); under \`axes\`, \`link\`, \`exclude\` and in hypotheses
  they are dotted (\`selection.ratio: [0.1, 0.2]\`).
- Legal protocols: ${LEGAL_IN_WORDS}.
  With leave-one-out, \`evaluate: all-prefixes\` is refused, because its earlier targets are training items.
- A setting that the method of an arm does not read is an error where it is an axis or written in a named arm, and a warning
  where it is inherited.
- \`selection.budget\` stands instead of \`selection.ratio\`: of the two, the one that is nearer to the arm counts.
- "Read by" names the stages that are repeated when a value changes; the last column is the section of the specification.`;

const METHODS_INTRODUCTION = `A method is not repeated over seeds that it does not read. "First" reads the first profile seed only, for the length
of the schedule of training.`;

const TOP_COLUMNS = ['key', 'values', 'default', 'meaning'];
const KEY_COLUMNS = ['key', 'values', 'default', 'read by', 'meaning', 'specification'];
const METHOD_COLUMNS = [
  'method',
  'meaning',
  'train seed',
  'profile seed',
  'LLM',
  'trained',
  'settings that it reads',
  'built',
];

/** One description says everything, because editors show nothing else. */
function described({ meaning, values, otherwise, stages, science }: KeyNote): string {
  const parts = [
    meaning,
    values === undefined ? null : `Values: ${values}.`,
    otherwise === undefined ? null : `Default: ${otherwise}.`,
    stages === undefined ? null : `Read by: ${stagesInWords(stages)}.`,
    science === undefined ? null : `Specification: ${science}.`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

function sectionTables(key: string, schema: ValueSchema): readonly string[] {
  const members = Object.entries(itemsOf(schema).properties ?? {}) as [string, ValueSchema][];
  if (members.length === 0 || key === 'arms') return [];
  const rows = members.flatMap(([name, member]) => keyRows(key === 'settings' ? name : `${key}.${name}`, member));
  return [`## \`${key}\``, itemsOf(schema).meaning ?? '', table(KEY_COLUMNS, rows)];
}

function keyRows(key: string, schema: ValueSchema): readonly (readonly string[])[] {
  const members = schema.type === 'object' ? (Object.entries(schema.properties ?? {}) as [string, ValueSchema][]) : [];
  if (members.length > 0) return members.flatMap(([name, member]) => keyRows(`${key}.${name}`, member));
  const { meaning = '', science = '' } = schema;
  return [[`\`${key}\``, allowedInWords(schema), defaultCell(schema), readByCell(schema), meaning, science]];
}

function topRow(key: string, schema: ValueSchema): readonly string[] {
  const isSection = schema.type === 'object' && schema.properties !== undefined;
  const values = isSection || key === 'arms' || key === 'hypotheses' ? 'see below' : allowedInWords(schema);
  return [
    `\`${key}\``,
    key === 'arms' ? 'a list of settings, each with a `name`' : values,
    isSection ? '' : defaultCell(schema),
    schema.meaning ?? '',
  ];
}

function methodRow(name: string, method: Method): readonly string[] {
  const { meaning, readsTrainSeed, profileSeed, llm, trained, reads, isBuilt } = method;
  const settings = reads.map((read) => `\`${read}\``).join(', ');
  return [
    `\`${name}\``,
    meaning,
    readsTrainSeed ? 'yes' : '-',
    profileSeed === 'none' ? '-' : profileSeed,
    llm,
    trained,
    settings,
    isBuilt ? 'yes' : 'not yet',
  ];
}

function itemsOf(schema: ValueSchema): ValueSchema {
  const { items } = schema;
  return typeof items === 'object' && !Array.isArray(items) ? items : schema;
}

function defaultCell({ otherwise, default: standard }: ValueSchema): string {
  if (otherwise !== undefined) return otherwise;
  if (standard === undefined) return '';
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}

function readByCell({ stages }: ValueSchema): string {
  return stages === undefined ? '' : stagesInWords(stages);
}

function stagesInWords(stages: NonNullable<KeyNote['stages']>): string {
  return stages === 'all' ? 'all stages' : stages.join(', ');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
