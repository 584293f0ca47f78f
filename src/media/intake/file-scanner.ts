import { TransientError } from '../../lib/errors.ts';

/** What a scanner finds in a file; one larger than it looks at is as good as not scanned. */
export type ScanResult = 'clean' | 'infected' | 'too_large';

/** Looks for malware in files. */
export interface FileScanner {
  /** Throws ScannerUnavailable: a file that was not looked at waits. */
  scan(bytes: Uint8Array): Promise<ScanResult>;
}

/** The scanner does not answer. */
export class ScannerUnavailable extends TransientError {
  override readonly code = 'media.scanner_unavailable';
}
