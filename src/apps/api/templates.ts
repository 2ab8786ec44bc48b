import { readdir, readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Source } from '#features/experiments/domain/document-reader.ts';
import { UnreadableManifestError } from '#features/experiments/manifest-files.ts';
import type { TemplateAnswer } from '#features/submissions/http/submissions.schema.ts';

const FOLDER = fileURLToPath(new URL('../../../experiments/', import.meta.url));
const NAME = /^[a-z0-9][a-z0-9-]*\.yaml$/;

/** What a manifest is called in messages that came without a file. */
export const UNNAMED = 'experiments/manifest.yaml';

/** The manifests that come with the program. A manifest from the network may extend their bases, and reads nothing else. */
export class Templates {
  async list(): Promise<readonly TemplateAnswer[]> {
    const names = (await readdir(FOLDER)).filter((name) => NAME.test(name)).sort();
    return Promise.all(
      names.map(async (name) => {
        const source = await readFile(join(FOLDER, name), 'utf8');
        const { question } = parse(source) as { readonly question?: string };
        return { name: basename(name, '.yaml'), file: `experiments/${name}`, question: question ?? '', source };
      }),
    );
  }

  /** @throws UnreadableManifestError: where a manifest is on the disk of a server is no matter of who asks. */
  read(file: string): Source {
    throw new UnreadableManifestError(file, 'the server reads no files; send the text of the manifest');
  }

  /** A base beside the templates, whatever folder the path names. @throws UnreadableManifestError */
  readBase(_from: string, path: string): Source {
    const name = basename(path);
    const file = `experiments/base/${name}`;
    try {
      if (!NAME.test(name)) throw new UnreadableManifestError(path, 'there is no such base');
      return { file, text: readFileSync(join(FOLDER, 'base', name), 'utf8') };
    } catch (error) {
      if (error instanceof UnreadableManifestError) throw error;
      throw new UnreadableManifestError(path, 'a manifest sent to a server can only extend the bases of its templates');
    }
  }
}
