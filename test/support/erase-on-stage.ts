import { z } from 'zod';
import type { Tenant } from './arrange.ts';
import { askApi } from './ask-api.ts';
import type { Stage } from './stage.ts';

const Found = z.object({ data: z.array(z.object({ contactId: z.string() })) });

/** The contact whom an address reaches; throws when there is none. */
export async function contactOf(stage: Stage, tenant: Tenant, address: string): Promise<string> {
  const asked = `contacts?address=${encodeURIComponent(address)}`;
  const [found] = Found.parse(await askApi(stage, tenant, asked)).data;
  if (found === undefined) throw new Error('nobody has this address');
  return found.contactId;
}

/** Erases a contact through the API; answers the status. */
export async function erase(stage: Stage, tenant: Tenant, contactId: string): Promise<number> {
  const url = new URL(`/api/v1/contacts/${contactId}`, stage.webhookUrl);
  url.searchParams.set('userId', tenant.userId);
  const headers = { authorization: 'Bearer an-admin-key-of-tests' };
  return (await fetch(url, { method: 'DELETE', headers })).status;
}

/** How many rows a tenant has in a table. */
export async function countRows(stage: Stage, tenant: Tenant, table: string): Promise<number> {
  const { rows } = await stage.owner.query(
    `select count(*)::int as n from ${table} where user_id = $1`,
    [tenant.userId],
  );
  return rows[0].n;
}
