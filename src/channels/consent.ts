import type { SendingAccount } from './channel.ts';

/** An account that a business let us into; its token is in clear: never log it. */
export type GrantedAccount = SendingAccount & {
  /** As the provider names it to people. */
  name: string;
  /** Null for a token without an end. */
  tokenLivesForMs: number | null;
};

/** What came of a business's answer at the provider. */
export type Grant =
  /** Never empty. */
  | { granted: true; accounts: GrantedAccount[] }
  /** `text` says it in words, without tokens. */
  | { granted: false; because: 'missing_permissions' | 'no_accounts' | 'refused'; text: string };

/** How a business lets us into its account by the provider's own page (OAuth's authorization code). */
export interface AccountConsent {
  /** The ways to sign in that this installation has an app for. */
  readonly logins: readonly string[];
  /** Where the business's browser is sent. */
  url(request: { login: string; state: string; redirectUri: string }): string;
  /** Turns the code that came back into accounts with lasting tokens. Throws ChannelUnavailable. */
  redeem(request: { login: string; code: string; redirectUri: string }): Promise<Grant>;
  /** Has the provider tell us what happens on the account. Throws ChannelUnavailable or ChannelRefused. */
  subscribe(account: SendingAccount): Promise<void>;
}
