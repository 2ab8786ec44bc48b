import { Option } from 'commander';
import { ROLES, type AccessToken, type Role } from '#features/accounts/domain/account.ts';
import { listing, pageOf, wholeNumber, type ListOptions } from '../listing.ts';
import { renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Perform } from '../verb.ts';

/** How long a token is valid unless said. */
const DAYS = 90;

export const addTokens: AddVerb = (program, perform) => {
  const tokens = noun('tokens', 'access to the server for other people and machines');
  tokens.addCommand(createVerb(perform));
  tokens.addCommand(listVerb(perform));
  tokens.addCommand(revokeVerb(perform));
  program.addCommand(tokens);
};

interface CreateOptions {
  readonly json?: boolean;
  readonly role: Role;
  readonly days: number;
}

function createVerb(perform: Perform) {
  const example = 'sprintlab tokens create ada --role researcher --days 30';
  return verb('create <name>', 'make a token; its secret is printed once and kept nowhere', example)
    .addOption(
      new Option('--role <role>', 'viewer: reads; researcher: also submits; admin: everything')
        .choices(ROLES)
        .default('viewer'),
    )
    .option('--days <count>', 'valid so long', wholeNumber, DAYS)
    .action((name: string, { role, days, ...options }: CreateOptions) =>
      perform(options, async ({ application }) => {
        const { token, secret } = await application.accounts.create({ name, role, days });
        const lines = [
          secret,
          `Token ${token.id.slice(0, 8)} of ${name}, ${role}, valid for ${days} days. It is not shown again.`,
          'A server asks for it with SPRINTLAB_AUTH=tokens in its environment.',
        ];
        return { json: { ...toItem(token), token: secret }, text: `${lines.join('\n')}\n` };
      }),
    );
}

function listVerb(perform: Perform) {
  const list = verb('list', 'list tokens, newest first', 'sprintlab tokens list --filter "role=admin"');
  return listing(list).action((options: ListOptions) =>
    perform(options, async ({ application }) => {
      const page = pageOf((await application.accounts.list()).map(toItem), 'id', options);
      const table = renderTable(page.items, [
        { title: 'token', of: ({ id }) => id.slice(0, 8) },
        { title: 'name', of: ({ name }) => name },
        { title: 'role', of: ({ role }) => role },
        { title: 'made', of: ({ createdAt }) => createdAt },
        { title: 'expires', of: ({ expiresAt }) => expiresAt },
        { title: 'last used', of: ({ usedAt }) => usedAt },
        { title: 'revoked', of: ({ revokedAt }) => revokedAt },
      ]);
      const empty = 'No token matches; `sprintlab tokens create NAME` makes one.';
      return { json: page, text: `${page.items.length === 0 ? empty : table}\n` };
    }),
  );
}

function revokeVerb(perform: Perform) {
  return verb('revoke <id>', 'have a token be valid no more, at once', 'sprintlab tokens revoke 3f9a').action(
    (id: string, options: { json?: boolean }) =>
      perform(options, async ({ application }) => {
        const token = await application.accounts.revoke(id);
        return { json: toItem(token), text: `Token ${token.id.slice(0, 8)} of ${token.name} is revoked.\n` };
      }),
  );
}

function toItem({ id, name, role, createdAt, expiresAt, usedAt, revokedAt }: AccessToken) {
  return {
    id,
    name,
    role,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    usedAt: usedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
