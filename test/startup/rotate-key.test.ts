import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVault, type Vault } from '../../src/lib/encryption.ts';
import { rotateKey, secretColumns } from '../../src/startup/rotate-key.ts';
import { arrangeTenant } from '../support/arrange.ts';
import { arrangeGoogleConnection } from '../support/arrange-google-connection.ts';
import { arrangeTarget } from '../support/arrange-notifications.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testEncryptionKey } from '../support/test-vault.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (let tenants = 0; tenants < 3; tenants += 1) {
    const { userId } = await arrangeTenant(database.owner);
    await arrangeTarget(database.owner, userId, { kind: 'webhook', secret: 'whsec_of-tests' });
    await arrangeGoogleConnection(database.owner, userId);
  }
});
afterAll(() => database.drop());

const testKey = Buffer.from(testEncryptionKey, 'base64');
const [firstKey, secondKey] = [Buffer.alloc(32, 21), Buffer.alloc(32, 22)];

function rotate(vault: Vault, lines: string[] = []) {
  const [app, admin] = [database.pool('rapport_app'), database.pool('rapport_admin')];
  return rotateKey({ app, admin, vault, say: (line) => lines.push(line) });
}

/** Every secret that is stored, with what it is bound to. */
async function storedSecrets(): Promise<{ id: string; ciphertext: string }[]> {
  const all: { id: string; ciphertext: string }[] = [];
  for (const { table, boundTo, column } of secretColumns) {
    const { rows } = await database.owner.query(
      `select ${boundTo} as id, ${column} as ciphertext from ${table} where ${column} is not null`,
    );
    all.push(...rows);
  }
  return all;
}

async function readableWith(vault: Vault): Promise<number> {
  const secrets = await storedSecrets();
  return secrets.filter(({ id, ciphertext }) => {
    try {
      return vault.decrypt(ciphertext, id) !== '';
    } catch {
      return false;
    }
  }).length;
}

describe('rotateKey', () => {
  // Seen failing with the google_calendar_tokens left out of the list of columns.
  it('knows every column that holds ciphertext', async () => {
    const known = secretColumns.map(({ table, column }) => `${table}.${column}`);
    const { rows } = await database.owner.query(
      `select table_name || '.' || column_name as place from information_schema.columns
        where table_schema = 'public' and data_type in ('text', 'character varying')`,
    );
    const holding: string[] = [];
    for (const { place } of rows) {
      const [table, column] = place.split('.');
      const found = await database.owner.query(
        `select 1 from ${table} where ${column} ~ '^v[12]:' limit 1`,
      );
      if (found.rowCount === 1) holding.push(place);
    }

    expect(holding.sort()).toEqual([...known].sort());
  });

  it('changes nothing, and says to keep the keys, where no key that is set opens what is stored', async () => {
    const before = await storedSecrets();
    const lines: string[] = [];

    const done = await rotate(createVault({ current: firstKey, previous: [secondKey] }), lines);

    expect(done).toEqual({ isDone: false, unreadable: before.length });
    expect(await storedSecrets()).toEqual(before);
    expect(lines.at(-1)).toContain('Keep the previous keys');
  });

  it('goes on where it was killed, and then the current key alone opens everything', async () => {
    const all = (await storedSecrets()).length;
    const vault = createVault({ current: firstKey, previous: [testKey] });
    let encrypted = 0;
    const dying: Vault = {
      ...vault,
      encrypt: (...secret) => {
        encrypted += 1;
        if (encrypted === 5) throw new Error('killed');
        return vault.encrypt(...secret);
      },
    };
    await expect(rotate(dying)).rejects.toThrow('killed');
    const alone = createVault({ current: firstKey });
    const early = await readableWith(alone);
    // Whoever works meanwhile reads both.
    expect(await readableWith(vault)).toBe(all);

    const lines: string[] = [];
    const done = await rotate(vault, lines);

    expect([early > 0, early < all]).toEqual([true, true]);
    expect(done).toEqual({ isDone: true, unreadable: 0 });
    expect(await readableWith(alone)).toBe(all);
    expect(lines.at(-1)).toContain('may be removed');
  });

  // Seen failing with `column = $3` taken out of the update: the token that was set meanwhile was gone.
  it('leaves what somebody stores meanwhile, and finds it with the next look', async () => {
    const vault = createVault({ current: secondKey, previous: [firstKey] });
    const { rows } = await database.owner.query('select id from phone_numbers order by user_id');
    const { id } = rows[0];
    const meanwhile = createVault({ current: firstKey }).encrypt('set meanwhile', id);
    let isSet = false;
    const { owner } = database;
    const app = database.pool('rapport_app');
    const wrapped = new Proxy(app, {
      get: (target, name, receiver) =>
        name === 'connect'
          ? async () => {
              const client = await target.connect();
              const query = client.query.bind(client);
              const intercepted = async (text: string, values?: unknown[]) => {
                if (!isSet && text.startsWith('update phone_numbers') && values?.[1] === id) {
                  isSet = true;
                  await owner.query('update phone_numbers set access_token = $2 where id = $1', [
                    id,
                    meanwhile,
                  ]);
                }
                return query(text, values ?? []);
              };
              return { query: intercepted, release: client.release.bind(client) };
            }
          : Reflect.get(target, name, receiver),
    });

    const done = await rotateKey({
      app: wrapped,
      admin: database.pool('rapport_admin'),
      vault,
      say: () => {},
    });

    const stored = await owner.query('select access_token from phone_numbers where id = $1', [id]);
    expect(done.isDone).toBe(true);
    const alone = createVault({ current: secondKey });
    expect(alone.decrypt(stored.rows[0].access_token, id)).toBe('set meanwhile');
  });
});
