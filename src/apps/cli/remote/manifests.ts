import { basename } from 'node:path';
import { selfContained } from '#features/experiments/domain/self-contained.ts';
import { ManifestFiles } from '#features/experiments/manifest-files.ts';
import type { PlanAnswer } from '#features/submissions/http/submissions.schema.ts';
import type { Server } from './server.ts';

export const routes = () => import('#features/submissions/http/submissions.endpoints.ts');

/**
 * What a server is sent of a manifest of this machine: its text, the bases that lie here merged into it.
 * @throws UnreadableManifestError, ManifestError
 */
export function manifestToSend(file: string): { readonly manifest: string; readonly file: string } {
  const files = new ManifestFiles(process.cwd());
  const { text } = selfContained(files.read(file), (from, path) => files.readBase(from, path));
  return { manifest: text, file: file.length > 200 ? basename(file).slice(-200) : file };
}

/** The plan and the bill of a server. @throws what is wrong with the manifest, as `plan` says it here */
export async function farPlan(server: Server, file: string): Promise<PlanAnswer> {
  return server.ask((await routes()).planManifest, { body: manifestToSend(file) });
}
