import type { MediaReference } from './inbound-event.ts';

/** What a file can be sent as. */
export type SendableKind = Exclude<MediaReference['kind'], 'sticker'>;

/** A kind that a channel sends files as, and what it takes as one; `types` null: any. */
export type FileRule = {
  kind: SendableKind;
  types: readonly string[] | null;
  maxBytes: number;
  /** The longest text that goes with the file; 0 where none can. */
  maxCaption: number;
};

/** The files that people may send on a channel: by the first rule that fits; none where there are no rules. */
export type FileCapabilities = {
  rules: readonly FileRule[];
  /** The provider fetches the file from us, so that it has to reach us. */
  isFetched: boolean;
};

const megabyte = 1024 * 1024;

/** Writes limits as providers do. */
export const megabytes = (count: number): number => count * megabyte;

/** The rule by which a file is sent; undefined for one that the channel does not take. */
export function ruleFor(
  { rules }: Pick<FileCapabilities, 'rules'>,
  file: { mimeType: string; sizeBytes: number },
): FileRule | undefined {
  const [bare = ''] = file.mimeType.toLowerCase().split(';');
  return rules.find(
    ({ types, maxBytes }) =>
      (types === null || types.includes(bare.trim())) && file.sizeBytes <= maxBytes,
  );
}
