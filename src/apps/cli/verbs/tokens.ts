import { Option } from 'commander';
import { ROLES, type AccessToken, type Role } from '#features/accounts/domain/account.ts';
import type { CreatedTokenAnswer, TokenAnswer } from '#features/accounts/http/accounts.schema.ts';
import type { Page } from '#kernel/page.ts';
import { listing, pageOf, wholeNumber, type ListOptions } from '../listing.ts';
import { renderTable } from '../table.ts';
import { noun, verb, type AddVerb, type Answer, type Perform } from '../verb.ts';

const routes = () => import('#features/accounts/http/accounts.endpoints.ts');

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
      perform(
        options,
        async ({ application }) => {
          const { token, secret } = await application.accounts.create({ name, role, days });
          return createdAnswer({ ...toItem(token), token: secret }, days);
        },
        async ({ server }) =>
          createdAnswer(await server.ask((await routes()).createToken, { body: { name, role, days } }), days),
      ),
    );
}

function createdAnswer(created: CreatedTokenAnswer, days: number): Answer {
  const { id, name, role, token } = created;
  const lines = [
    token,
    `Token ${id.slice(0, 8)} of ${name}, ${role}, valid for ${days} days. It is not shown again.`,
    'A server asks for it with SPRINTLAB_AUTH=tokens in its environment; the command line sends that of SPRINTLAB_TOKEN.',
  ];
  return { json: created, text: `${lines.join('\n')}\n` };
}

function listVerb(perform: Perform) {
  const list = verb('list', 'list tokens, newest first', 'sprintlab tokens list --filter "role=admin"');
  return listing(list).action((options: ListOptions) =>
    perform(
      options,
      async ({ application }) => listAnswer(pageOf((await application.accounts.list()).map(toItem), 'id', options)),
      async ({ server }) => listAnswer(await server.list((await routes()).listTokens, options)),
    ),
  );
}

function listAnswer(page: Page<TokenAnswer>): Answer {
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
}

function revokeVerb(perform: Perform) {
  return verb('revoke <id>', 'have a token be valid no more, at once', 'sprintlab tokens revoke 3f9a').action(
    (id: string, options: { json?: boolean }) =>
      perform(
        options,
        async ({ application }) => revokedAnswer(toItem(await application.accounts.revoke(id))),
        async ({ server }) => revokedAnswer(await server.ask((await routes()).revokeToken, { params: { id } })),
      ),
  );
}

function revokedAnswer(token: TokenAnswer): Answer {
  return { json: token, text: `Token ${token.id.slice(0, 8)} of ${token.name} is revoked.\n` };
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
