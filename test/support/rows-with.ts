import { readdir } from 'node:fs/promises';
import type { Pool } from '../../src/lib/db.ts';

/** Every row of every table, also of the job queue, that has one of these texts anywhere: `table: text`. */
export async function rowsWith(owner: Pool, marks: string[]): Promise<string[]> {
  const found = await everyRow(owner);
  return found.flatMap(({ table, row }) =>
    marks
      .filter((mark) => row.toLowerCase().includes(mark.toLowerCase()))
      .map((mark) => `${table}: ${mark}`),
  );
}

/** Every row of a tenant, of what has a tenant. */
export async function rowsOf(owner: Pool, userId: string): Promise<string[]> {
  const found = await everyRow(owner);
  return found
    .filter(({ row }) => row.includes(userId))
    .map(({ table, row }) => `${table} ${row}`)
    .sort();
}

async function everyRow(owner: Pool): Promise<{ table: string; row: string }[]> {
  const tables = await owner.query(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'bullmq')
      order by 1`,
  );
  const all: { table: string; row: string }[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await owner.query(`select row_to_json(t)::text as row from ${name} t`);
    all.push(...rows.map(({ row }) => ({ table: String(name), row: String(row) })));
  }
  return all;
}

/** The files in a folder and below, by name. */
export async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}
