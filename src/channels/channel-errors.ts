import { PermanentError, TransientError } from '../lib/errors.ts';
import type { ProviderError } from './inbound-event.ts';

/** The provider could not be reached, or asks to be tried again later. */
export class ChannelUnavailable extends TransientError {
  override readonly code = 'channel.unavailable';
}

/** The provider refuses, and would again. */
export class ChannelRefused extends PermanentError {
  override readonly code = 'channel.refused';
  override readonly status = 502;
  readonly providerError: ProviderError;

  constructor(providerError: ProviderError) {
    super(`refused with code ${providerError.code}: ${providerError.text}`);
    this.providerError = providerError;
  }
}

/** The file is not at the provider any more. */
export class MediaGone extends PermanentError {
  override readonly code = 'channel.media_gone';
  override readonly status = 410;
}

/** The file's address is not one of the provider's: nothing is fetched from there, and no token goes there. */
export class MediaHostRefused extends PermanentError {
  override readonly code = 'channel.media_host_refused';
  override readonly status = 502;
}
