import { z } from 'zod';
import { count, instant } from '#kernel/answer.schema.ts';
import { TOKEN_LIMITS } from '../domain/account.ts';

const roleSchema = z.enum(['viewer', 'researcher', 'admin']);

/** Who asks. Without accounts (on 127.0.0.1) everybody is `admin`. */
export const sessionSchema = z.strictObject({
  /** Whether this server has accounts. */
  accounts: z.boolean(),
  /** Of the token; `null` for nobody, and without accounts. */
  name: z.string().nullable(),
  /** `null`: log in first. */
  role: roleSchema.nullable(),
  /** When the token, or the login, ends. */
  expiresAt: instant.nullable(),
});

export const loginSchema = z.strictObject({ token: z.string().min(1).max(200) });

/** A token without its secret. */
export const tokenSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: instant,
  expiresAt: instant.nullable(),
  usedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});

export const createTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(TOKEN_LIMITS.nameLength),
  role: roleSchema,
  /** From now; without, 90. */
  days: z.int().min(1).max(TOKEN_LIMITS.days).optional(),
});

/** The secret is told once. */
export const createdTokenSchema = tokenSchema.extend({ token: z.string() });

/** Who did what: writes, logins and denials. */
export const auditEntrySchema = z.strictObject({
  number: count,
  at: instant,
  /** Name of the token; `null` for nobody known. */
  who: z.string().nullable(),
  role: roleSchema.nullable(),
  address: z.string(),
  /** `POST /api/v1/submissions` */
  deed: z.string(),
  /** HTTP status of the answer. */
  status: z.int(),
});

export type SessionAnswer = z.infer<typeof sessionSchema>;
export type TokenAnswer = z.infer<typeof tokenSchema>;
export type CreatedTokenAnswer = z.infer<typeof createdTokenSchema>;
export type AuditEntryAnswer = z.infer<typeof auditEntrySchema>;
