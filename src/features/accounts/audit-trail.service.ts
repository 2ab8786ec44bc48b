import type { Clock } from '#kernel/clock.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import type { ListQuery } from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Database } from '#platform/database/database.ts';
import { sql } from '#platform/database/sql.ts';
import { column, type SqlField } from '#platform/database/sql-filter.ts';
import { selectPage, type SqlList } from '#platform/database/sql-list.ts';
import { ROLES, type Role } from './domain/account.ts';
import { auditEntryEntity, type AuditEntryRow } from './persistence/account.entity.ts';

export type AuditEntry = Omit<AuditEntryRow, 'role'> & { readonly role: Role | null };

const FIELDS = fieldsNamed<SqlField>({
  number: column('number', 'entry.number'),
  at: column('time', 'entry.at'),
  who: column('text', 'entry.who'),
  role: column('text', 'entry.role', ROLES),
  address: column('text', 'entry.address'),
  deed: column('text', 'entry.deed'),
  status: column('number', 'entry.status'),
});

const LIST: SqlList = {
  columns: sql`entry.number AS number, entry.at AS at, entry.who AS who, entry.role AS role, entry.address AS address,
    entry.deed AS deed, entry.status AS status`,
  from: sql`audit_entries AS entry`,
  fields: FIELDS,
  id: sql`CAST(entry.number AS VARCHAR(20))`,
  sort: '-number',
};

/** Who did what: writes, logins and denials, append-only. */
export class AuditTrailService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async append(entry: Omit<AuditEntry, 'number' | 'at'>): Promise<void> {
    await this.database.transaction(async (rows) => {
      await this.database.holdOtherWriters(rows);
      const [latest] = await rows.find(auditEntryEntity, { order: { number: 'DESC' }, take: 1 });
      const number = (latest?.number ?? 0) + 1;
      await rows.insert(auditEntryEntity, { ...entry, number, at: this.clock.now() });
    });
  }

  /** Newest first unless said. @throws InvalidFilterError, InvalidSortError, UnknownCursorError */
  async page(query: ListQuery): Promise<Page<AuditEntry>> {
    // Postgres gives 64-bit numbers as text.
    type Row = Omit<AuditEntry, 'number' | 'at'> & { readonly number: number | string; readonly at: number | string };
    const page = await selectPage<Row>(this.database, LIST, { ...query, now: this.clock.now() });
    const items = page.items.map(({ number, at, who, role, address, deed, status }) => {
      return { number: Number(number), at: new Date(Number(at)), who, role, address, deed, status };
    });
    return { items, next: page.next };
  }
}
