import { createVault } from '../../src/lib/encryption.ts';

/** The installation key of every test, so that all test databases share the roles' passwords. */
export const testEncryptionKey = Buffer.alloc(32, 7).toString('base64');

/** The vault of every test. */
export const testVault = createVault({ current: Buffer.from(testEncryptionKey, 'base64') });
