import { createHmac, timingSafeEqual } from 'node:crypto';

/** A file of a tenant as somebody may fetch it: whole, or as a small picture of itself. */
export type Downloadable = {
  userId: string;
  attachmentId: string;
  variant: 'original' | 'thumbnail';
};

/** Makes and reads the addresses that files are fetched by: whoever has one may fetch that file, for an hour. */
export type DownloadLinks = {
  /** It is known how the outside reaches us: what it is given are whole addresses. */
  isReachable: boolean;
  /** A path below the installation, or an address where it is known how the outside reaches us. */
  urlOf(file: Downloadable): string;
  /** What a token stands for, and how much longer; undefined for one that we did not make, or that is over. */
  read(token: string): (Downloadable & { leftSeconds: number }) | undefined;
};

/** An hour at least. */
const lifetimeSeconds = 3_600;
/** The same file has the same address for so long, so that browsers keep what they have. */
const roundedToSeconds = 600;

const form =
  /^(usr_[A-Za-z0-9_-]+)\.(att_[A-Za-z0-9_-]+)\.([ot])\.([0-9a-z]+)\.([A-Za-z0-9_-]{43})$/;

/** Signs with HMAC-SHA-256; `base` is where the outside reaches us, undefined where nobody knows. */
export function downloadLinks(options: {
  key: string;
  base: string | undefined;
  now: () => Date;
}): DownloadLinks {
  const seconds = (): number => Math.floor(options.now().getTime() / 1_000);
  const sign = (claim: string): string =>
    createHmac('sha256', options.key).update(claim).digest('base64url');
  return {
    isReachable: options.base !== undefined,
    urlOf: ({ userId, attachmentId, variant }) => {
      const until = Math.ceil((seconds() + lifetimeSeconds) / roundedToSeconds) * roundedToSeconds;
      const claim = `${userId}.${attachmentId}.${variant === 'original' ? 'o' : 't'}.${until.toString(36)}`;
      return `${options.base ?? ''}/media/${claim}.${sign(claim)}`;
    },
    read: (token) => {
      const [, userId = '', attachmentId = '', letter, until = '', signature = ''] =
        form.exec(token) ?? [];
      const expected = sign(token.slice(0, token.lastIndexOf('.')));
      if (signature.length !== expected.length) return undefined;
      if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
      const leftSeconds = Number.parseInt(until, 36) - seconds();
      if (leftSeconds <= 0) return undefined;
      const variant = letter === 'o' ? 'original' : 'thumbnail';
      return { userId, attachmentId, variant, leftSeconds };
    },
  };
}

/** The addresses of a file that is stored; null for what is not there. */
export function addressesOf(
  links: Pick<DownloadLinks, 'urlOf'>,
  file: { userId: string; attachmentId: string; isStored: boolean; hasThumbnail: boolean },
): { url: string | null; thumbnailUrl: string | null } {
  const { userId, attachmentId } = file;
  const urlOf = (variant: Downloadable['variant']): string =>
    links.urlOf({ userId, attachmentId, variant });
  return {
    url: file.isStored ? urlOf('original') : null,
    thumbnailUrl: file.isStored && file.hasThumbnail ? urlOf('thumbnail') : null,
  };
}
