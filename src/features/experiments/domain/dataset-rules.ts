import type { DatasetColumns } from '#features/datasets/domain/dataset.ts';
import { datasetNames, type Manifest } from './manifest-schema.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import {
  canBeLegal,
  isLegal,
  missingColumns,
  possibleProtocols,
  resolveProtocol,
  sessionsInWords,
  type ResolvedProtocol,
} from './protocols.ts';
import type { Mistake } from './schema-mistakes.ts';

type KnownDatasets = ReadonlyMap<string, { readonly columns: DatasetColumns }>;

/** The mistakes that show only beside the registered data: an unknown data set, a protocol that it cannot carry. */
export function checkAgainstDatasets(
  manifest: Pick<Manifest, 'dataset' | 'protocol'>,
  datasets: KnownDatasets,
): readonly Mistake[] {
  return datasetNames(manifest).flatMap((name, index) => {
    const path = typeof manifest.dataset === 'string' ? ['dataset'] : ['dataset', index];
    const dataset = datasets.get(name);
    if (dataset === undefined) return [unknownDataset(name, path, [...datasets.keys()])];
    if (!canBeLegal(manifest.protocol)) return [];
    const mistakes = protocolMistakes(name, resolveProtocol(manifest.protocol, dataset.columns), dataset.columns);
    return mistakes.map((mistake) => atWhatIsWritten(mistake, manifest.protocol, path));
  });
}

/** A default cannot be pointed at; the data set that gave rise to it can. */
function atWhatIsWritten(
  mistake: Mistake,
  { sessions, split }: Manifest['protocol'],
  dataset: Mistake['path'],
): Mistake {
  const [, key] = mistake.path;
  const isWritten = (key !== 'split' && sessions !== undefined) || (key !== 'sessions' && split !== undefined);
  return isWritten ? mistake : { ...mistake, path: dataset };
}

function unknownDataset(name: string, path: Mistake['path'], known: readonly string[]): Mistake {
  const registered = known.length === 0 ? '' : `one of ${known.join(', ')}, or `;
  return {
    path,
    problem: `data set ${JSON.stringify(name)} is not registered`,
    allowed: `${registered}a new one: sprintlab datasets import NAME --interactions FILE --columns …, or sprintlab datasets generate planted --name NAME`,
    suggestion: nearestWord(name, known),
  };
}

function protocolMistakes(name: string, protocol: ResolvedProtocol, columns: DatasetColumns): readonly Mistake[] {
  const possible = `${possibleProtocols(columns)} (sessions with split)`;
  const kind = sessionsInWords(protocol.sessions);
  if (!isLegal(protocol)) {
    const problem = `data set ${name} gives ${kind} with the split ${protocol.split}, which do not go together`;
    return [{ path: ['protocol'], problem, allowed: possible }];
  }
  const missing = missingColumns(protocol, columns);
  const lacks = (what: string, absent: readonly string[]): string =>
    `${what} need the column ${absent.join(' and the column ')}, which data set ${name} lacks`;
  if (missing.sessions.length > 0) {
    return [{ path: ['protocol', 'sessions'], problem: lacks(kind, missing.sessions), allowed: possible }];
  }
  if (missing.split.length === 0) return [];
  return [
    {
      path: ['protocol', 'split'],
      problem: lacks(`splits of the kind ${protocol.split}`, missing.split),
      allowed: possible,
    },
  ];
}
