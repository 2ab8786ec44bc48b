import { resolve } from 'node:path';
import { countReferences, type Artifact } from '#features/artifacts/domain/artifact.ts';
import type { ArtifactAnswer } from '#features/artifacts/http/artifacts.schema.ts';
import type { Page } from '#kernel/page.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import type { Application } from '../../application.ts';
import { EXIT } from '../exit-codes.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { formatBytes, renderTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';
import { verifyProgressView } from '../verify-progress.ts';
import { gcVerb } from './artifacts-gc.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/artifacts/http/artifacts.endpoints.ts');

export const addArtifacts: AddVerb = (program, perform) => {
  const artifacts = noun('artifacts', 'the files that data sets and stages made');
  artifacts.addCommand(listVerb(perform));
  artifacts.addCommand(showVerb(perform));
  artifacts.addCommand(exportVerb(perform));
  artifacts.addCommand(verifyVerb(perform));
  artifacts.addCommand(gcVerb(perform));
  program.addCommand(artifacts);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list artifacts', 'sprintlab artifacts list --filter "name=model.safetensors"')).action(
    (options: ListOptions) =>
      perform(
        options,
        async ({ application }) => {
          const artifacts = await application.artifacts.list();
          const references = countReferences(artifacts);
          const items = artifacts.map(({ hash, name, bytes, owner }) => ({
            id: `${owner.kind}/${owner.id}/${name}`,
            name,
            hash,
            bytes,
            ownerKind: owner.kind,
            owner: owner.id,
            references: references.get(hash) ?? 0,
          }));
          return listAnswer(pageOf(items, 'id', options));
        },
        async ({ server }) => listAnswer(await server.list((await routes()).listArtifacts, options)),
      ),
  );
}

function listAnswer(page: Page<ArtifactAnswer>): Answer {
  const table = renderTable(page.items, [
    { title: 'hash', of: ({ hash }) => hash.slice(0, 12) },
    { title: 'artifact', of: ({ name }) => name },
    { title: 'size', of: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { title: 'references', of: ({ references: count }) => count, align: 'right' },
    {
      title: 'made by',
      of: ({ ownerKind, owner }) => `${ownerKind} ${ownerKind === 'stage' ? owner.slice(0, 12) : owner}`,
    },
  ]);
  return { json: page, text: `${page.items.length === 0 ? 'No artifact matches.' : table}\n` };
}

function showVerb(perform: Perform) {
  return verb(
    'show <hash>',
    'who made an artifact, who keeps it, and where it is',
    'sprintlab artifacts show 9f86d081',
  ).action((hash: string, options: { json?: boolean }) =>
    perform(options, async ({ application }) => {
      const artifact = await application.artifacts.get(hash);
      await application.artifacts.store.verify(artifact.hash);
      const path = application.artifacts.store.pathOf(artifact.hash);
      const kept = await application.artifacts.keepersOf(artifact.hash);
      const owners = kept.map(({ name, owner }) => ({ ...owner, name }));
      const references = countReferences(kept).get(artifact.hash) ?? 0;
      return {
        json: { ...artifact, path, verified: true, references, owners },
        text: `${artifactText(artifact, owners)}sha256 ${artifact.hash}, verified\n${path}\n`,
      };
    }),
  );
}

interface Keeper {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** One owner stands beside the name; of several each has its line, with the name that it uses. */
function artifactText({ name, bytes }: Artifact, owners: readonly Keeper[]): string {
  const [first, second] = owners;
  if (first !== undefined && second === undefined)
    return `${name} (${formatBytes(bytes)}) of ${first.kind} ${first.id}\n`;
  const lines = owners.map((owner) => `  ${owner.name} of ${owner.kind} ${owner.id}`);
  return `${name} (${formatBytes(bytes)}), kept as\n${lines.join('\n')}\n`;
}

function exportVerb(perform: Perform) {
  return verb(
    'export <hash> <file>',
    'copy an artifact to a new file, verified',
    'sprintlab artifacts export 9f86d081 ranks.safetensors',
  ).action((hash: string, file: string, options: { json?: boolean }) =>
    perform(
      options,
      async ({ application }) => {
        const artifact = await application.artifacts.get(hash);
        await application.artifacts.store.exportTo(artifact.hash, resolve(file));
        return exportedAnswer(artifact, file);
      },
      async ({ server }) => {
        const { downloadedArtifact } = await import('../remote/downloaded-artifact.ts');
        return exportedAnswer(await downloadedArtifact(server, hash, resolve(file)), file);
      },
    ),
  );
}

function exportedAnswer(artifact: Pick<Artifact, 'name' | 'bytes'>, file: string): Answer {
  return { json: { ...artifact, file }, text: `${artifact.name} (${formatBytes(artifact.bytes)}) is in ${file}.\n` };
}

function verifyVerb(perform: Perform) {
  return verb(
    'verify',
    'read every artifact, name the damaged ones, and objects that belong to none',
    'sprintlab artifacts verify --repair',
  )
    .option('--repair', 'have the stages run again whose artifacts are damaged')
    .action((options: { json?: boolean; repair?: boolean }) =>
      perform(options, async ({ application, terminal }) => {
        const { damaged, total } = await verifyAll(application, terminal);
        const repaired = options.repair === true ? await repair(application, damaged) : [];
        const left = damaged.filter(({ owner }) => !repaired.includes(owner.id as StageKey));
        const orphans = await application.artifacts.orphans();
        for (const { hash, name, owner, problem, remedy } of damaged)
          say(terminal, `${name} of ${owner.kind} ${owner.id} (artifact ${hash}) ${problem}; ${remedy}.`);
        for (const { hash, bytes } of orphans) say(terminal, `${hash} (${formatBytes(bytes)}) belongs to no artifact.`);
        return {
          json: { artifacts: total, damaged, repaired, orphans },
          text: `${verdict(total, damaged.length, repaired.length)}${orphanLine(orphans)}`,
          exitCode: left.length > 0 ? EXIT.verificationFailed : EXIT.done,
        };
      }),
    );
}

async function verifyAll(application: Application, terminal: Terminal) {
  const view = verifyProgressView(terminal);
  let total = 0;
  const damaged = await application.artifacts
    .verify((done, all) => {
      total = all;
      view.hear(done, all);
    })
    .finally(() => view.stop());
  return { damaged, total };
}

/** What was imported nobody can make again but the user. @returns the stages that will run again */
async function repair(application: Application, damaged: readonly Artifact[]): Promise<readonly StageKey[]> {
  const kept = new Set(damaged.filter(({ owner }) => owner.kind !== 'stage').map(({ hash }) => hash));
  const repairable = damaged.filter(({ hash }) => !kept.has(hash));
  const stages = [...new Set(repairable.map(({ owner }) => owner.id as StageKey))];
  for (const { hash } of repairable) await application.artifacts.store.remove(hash);
  await application.intake.repeat(stages);
  return stages;
}

function verdict(total: number, damaged: number, repaired: number): string {
  const after = repaired === 0 ? '' : ` ${repaired} stages will run again with the next \`sprintlab run\`.`;
  return `${total} artifacts read, ${damaged} damaged.${after}\n`;
}

function orphanLine(orphans: readonly StoredObject[]): string {
  if (orphans.length === 0) return '';
  const bytes = formatBytes(orphans.reduce((sum, orphan) => sum + orphan.bytes, 0));
  return `${orphans.length} objects (${bytes}) belong to no artifact, which is no damage; \`sprintlab artifacts gc\` frees them.\n`;
}
