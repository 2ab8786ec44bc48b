import { writeFile } from 'node:fs/promises';
import { contentHash } from '#kernel/content-hash.ts';
import { UnwritableFileError } from '#platform/object-store/folder-object-store.ts';
import { ServerAnswerError, type Server } from './server.ts';

export interface Downloaded {
  readonly hash: string;
  readonly name: string;
  readonly bytes: number;
}

/**
 * Copies an artifact of a server to a new file, verified by its hash.
 * @param hash or the beginning of one
 * @throws UnwritableFileError, also for a file that exists; ServerAnswerError for bytes that are not those of the hash
 */
export async function downloadedArtifact(server: Server, hash: string, file: string): Promise<Downloaded> {
  const { previewArtifact, readArtifact } = await import('#features/artifacts/http/artifacts.endpoints.ts');
  const { hash: whole, name } = await server.ask(previewArtifact, { params: { hash } });
  const bytes = await server.download(readArtifact, { params: { hash: whole } });
  if (contentHash(bytes) !== whole) throw new ServerAnswerError(server.url, `other bytes than those of ${whole}`);
  await writeFile(file, bytes, { flag: 'wx' }).catch((error: unknown) => {
    throw new UnwritableFileError(file, error);
  });
  return { hash: whole, name, bytes: bytes.length };
}
