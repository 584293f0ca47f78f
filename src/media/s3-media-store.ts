import { Readable } from 'node:stream';
import type { S3Client, S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';
import { errorText } from '../lib/errors.ts';
import { MediaNotFound, MediaStoreRefused, MediaStoreUnavailable } from './media-errors.ts';
import { checkedMediaKey } from './media-keys.ts';
import type { MediaStore } from './media-store.ts';

export type S3MediaStoreOptions = {
  bucket: string;
  region: string;
  /** For a store that is not Amazon's. */
  endpoint?: string | undefined;
  /** The bucket in the path and not in the host name; by default so whenever there is an endpoint. */
  pathStyle?: boolean | undefined;
  /** Without both, the SDK finds credentials by itself (the role of the machine, for one). */
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  timeoutMs: number;
};

/** Opens a store in a bucket, of Amazon or of anything that speaks S3. Loads the SDK only now: it is large. */
export async function openS3MediaStore(options: S3MediaStoreOptions): Promise<MediaStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const client: S3Client = new sdk.S3Client(settings(options));
  const at = (key: string) => ({ Bucket: options.bucket, Key: checkedMediaKey(key) });
  return {
    put: async (key, bytes, mimeType) => {
      const command = new sdk.PutObjectCommand({ ...at(key), Body: bytes, ContentType: mimeType });
      await explained(() => client.send(command));
    },
    get: async (key) => {
      const command = new sdk.GetObjectCommand(at(key));
      return await explained(async () => {
        const { Body, ContentType } = await client.send(command);
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, mimeType: ContentType ?? 'application/octet-stream' };
      });
    },
    stream: async (key, part) => {
      const range = part === undefined ? {} : { Range: `bytes=${part.start}-${part.end}` };
      const command = new sdk.GetObjectCommand({ ...at(key), ...range });
      const { Body } = await explained(() => client.send(command));
      return Body instanceof Readable ? Body : Readable.from([]);
    },
    delete: async (key) => {
      const command = new sdk.DeleteObjectCommand(at(key));
      await explained(() => client.send(command));
    },
  };
}

function settings(options: S3MediaStoreOptions): S3ClientConfig {
  const { region, endpoint, pathStyle, accessKeyId, secretAccessKey, timeoutMs } = options;
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    // The job that stores the file retries; two layers of it would multiply.
    maxAttempts: 1,
    requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs },
    // Stores that are not Amazon's often refuse the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 && nameOf(error) !== 'NoSuchBucket') {
      throw new MediaNotFound('no such file in the media store');
    }
    const message = `the media bucket: ${nameOf(error)} ${status ?? ''} ${errorText(error)}`;
    if (status !== undefined && status >= 400 && status < 500 && !passing.has(status)) {
      throw new MediaStoreRefused(message, { cause: error });
    }
    throw new MediaStoreUnavailable(message, { cause: error });
  }
}

const passing = new Set([408, 409, 425, 429]);

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function statusOf(error: unknown): number | undefined {
  return isServiceException(error) ? error.$metadata.httpStatusCode : undefined;
}

/** By its members: the class is only there once the SDK is loaded. */
function isServiceException(error: unknown): error is S3ServiceException {
  return error instanceof Error && '$metadata' in error && typeof error.$metadata === 'object';
}
