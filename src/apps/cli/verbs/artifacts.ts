import { resolve } from 'node:path';
import type { StageKey } from '#features/stages/domain/stage.ts';
import { EXIT } from '../exit-codes.ts';
import { listing, pageOf, type ListOptions } from '../listing.ts';
import { formatBytes, renderTable } from '../table.ts';
import { say } from '../terminal.ts';
import { noun, verb, type AddVerb, type Perform } from '../verb.ts';

export const addArtifacts: AddVerb = (program, perform) => {
  const artifacts = noun('artifacts', 'the files that data sets and stages made');
  artifacts.addCommand(listVerb(perform));
  artifacts.addCommand(showVerb(perform));
  artifacts.addCommand(exportVerb(perform));
  artifacts.addCommand(verifyVerb(perform));
  program.addCommand(artifacts);
};

function listVerb(perform: Perform) {
  return listing(verb('list', 'list artifacts', 'sprintlab artifacts list --filter "name=model.safetensors"')).action(
    (options: ListOptions) =>
      perform(options, async ({ application }) => {
        const artifacts = await application.artifacts.list();
        const items = artifacts.map(({ hash, name, bytes, owner }) => ({
          id: `${owner.kind}/${owner.id}/${name}`,
          name,
          hash,
          bytes,
          ownerKind: owner.kind,
          owner: owner.id,
        }));
        const page = pageOf(items, 'id', options);
        const table = renderTable(page.items, [
          { title: 'hash', of: ({ hash }) => hash.slice(0, 12) },
          { title: 'artifact', of: ({ name }) => name },
          { title: 'size', of: ({ bytes }) => formatBytes(bytes), align: 'right' },
          {
            title: 'made by',
            of: ({ ownerKind, owner }) => `${ownerKind} ${ownerKind === 'stage' ? owner.slice(0, 12) : owner}`,
          },
        ]);
        return { json: page, text: `${page.items.length === 0 ? 'No artifact matches.' : table}\n` };
      }),
  );
}

function showVerb(perform: Perform) {
  return verb('show <hash>', 'who made an artifact, and where it is', 'sprintlab artifacts show 9f86d081').action(
    (hash: string, options: { json?: boolean }) =>
      perform(options, async ({ application }) => {
        const artifact = await application.artifacts.get(hash);
        await application.artifacts.store.verify(artifact.hash);
        const path = application.artifacts.store.pathOf(artifact.hash);
        const { name, bytes, owner } = artifact;
        const text = `${name} (${formatBytes(bytes)}) of ${owner.kind} ${owner.id}\nsha256 ${artifact.hash}, verified\n${path}\n`;
        return { json: { ...artifact, path, verified: true }, text };
      }),
  );
}

function exportVerb(perform: Perform) {
  return verb(
    'export <hash> <file>',
    'copy an artifact to a new file, verified',
    'sprintlab artifacts export 9f86d081 ranks.safetensors',
  ).action((hash: string, file: string, options: { json?: boolean }) =>
    perform(options, async ({ application }) => {
      const artifact = await application.artifacts.get(hash);
      await application.artifacts.store.exportTo(artifact.hash, resolve(file));
      return {
        json: { ...artifact, file },
        text: `${artifact.name} (${formatBytes(artifact.bytes)}) is in ${file}.\n`,
      };
    }),
  );
}

function verifyVerb(perform: Perform) {
  return verb('verify', 'read every artifact and name the damaged ones', 'sprintlab artifacts verify --repair')
    .option('--repair', 'have the stages run again whose artifacts are damaged')
    .action((options: { json?: boolean; repair?: boolean }) =>
      perform(options, async ({ application, terminal }) => {
        const damaged = await application.artifacts.verify(() => undefined);
        const imported = new Set(damaged.filter(({ owner }) => owner.kind === 'dataset').map(({ hash }) => hash));
        const repairable = options.repair === true ? damaged.filter(({ hash }) => !imported.has(hash)) : [];
        const repaired = [...new Set(repairable.map(({ owner }) => owner.id as StageKey))];
        for (const { hash } of repairable) await application.artifacts.store.remove(hash);
        await application.queue.repeat(repaired);
        for (const { hash, name, owner, problem, remedy } of damaged)
          say(terminal, `${name} of ${owner.kind} ${owner.id} (artifact ${hash}) ${problem}; ${remedy}.`);
        const total = (await application.artifacts.list()).length;
        const after =
          repaired.length === 0 ? '' : ` ${repaired.length} stages will run again with the next \`sprintlab run\`.`;
        return {
          json: { artifacts: total, damaged, repaired },
          text: `${total} artifacts read, ${damaged.length} damaged.${after}\n`,
          exitCode:
            damaged.length > repairable.length || (damaged.length > 0 && options.repair !== true)
              ? EXIT.verificationFailed
              : EXIT.done,
        };
      }),
    );
}
