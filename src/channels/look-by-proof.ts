import { errorText, TransientError } from '../lib/errors.ts';
import type { AccountProof, TokenLook } from './channel.ts';

/** Looks after a token that cannot be renewed: the provider is asked whether it still opens the account. */
export async function lookByProof(prove: () => Promise<AccountProof>): Promise<TokenLook> {
  try {
    const proof = await prove();
    return proof.hasAccess ? { token: 'good' } : { token: 'refused', error: proof.error };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return { token: 'unknown', error: { code: 0, text: errorText(error) } };
  }
}
