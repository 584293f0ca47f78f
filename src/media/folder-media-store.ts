import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Now } from '../lib/clock.ts';
import { errorText } from '../lib/errors.ts';
import { MediaNotFound, MediaStoreUnavailable } from './media-errors.ts';
import { checkedMediaKey } from './media-keys.ts';
import type { MediaStore } from './media-store.ts';

export type FolderMediaStoreOptions = {
  folder: string;
  /** A name that no other put uses at the same time, in any process. */
  uniqueName: () => string;
  now: Now;
};

/** Keys have no dots, so neither of these can be one, nor end like one. */
const incoming = '.incoming';
const typeSuffix = '.type';

/** No put takes this long: what is older in the incoming folder was left by a process that was killed. */
const abandonedAfterMs = 60 * 60 * 1000;

/**
 * Opens a store in a folder of this machine, made if need be. A file is written beside its place and moved there
 * when it is whole; its type lies next to it. Only our own user may read them.
 */
export async function openFolderMediaStore(options: FolderMediaStoreOptions): Promise<MediaStore> {
  const pending = join(options.folder, incoming);
  await unlessBroken(async () => {
    await makeFolder(pending);
    await removeAbandoned(pending, options.now());
  });
  const place = (key: string): string => join(options.folder, checkedMediaKey(key));
  const write = (path: string, content: Uint8Array | string) =>
    writeWhole({ path, content, temporary: join(pending, options.uniqueName()) });

  return {
    put: (key, bytes, mimeType) => {
      const path = place(key);
      return unlessBroken(async () => {
        await makeFolder(pending);
        await makeFolder(dirname(path));
        // The type first: whoever finds the file finds its type.
        await write(path + typeSuffix, mimeType);
        await write(path, bytes);
        await flush(dirname(path));
      });
    },
    get: (key) => {
      const path = place(key);
      return unlessBroken(async () => {
        const bytes = await readExisting(path);
        return { bytes, mimeType: (await readExisting(path + typeSuffix)).toString('utf8') };
      });
    },
    stream: (key, part) => {
      const path = place(key);
      // Opened first, so that what is not there is found before anything is answered.
      return unlessBroken(async () => (await openExisting(path)).createReadStream(part));
    },
    delete: (key) => {
      const path = place(key);
      return unlessBroken(async () => {
        await rm(path, { force: true });
        await rm(path + typeSuffix, { force: true });
      });
    },
  };
}

type Write = { path: string; content: Uint8Array | string; temporary: string };

async function writeWhole({ path, content, temporary }: Write): Promise<void> {
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** A renamed file survives a power cut only when its folder is on the disk too. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

async function removeAbandoned(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another process may finish or tidy it meanwhile.
    const age = await stat(path).then(
      ({ mtimeMs }) => now.getTime() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) {
      await rm(path, { force: true });
    }
  }
}

function readExisting(path: string): Promise<Buffer> {
  return explained(readFile(path));
}

function openExisting(path: string): Promise<FileHandle> {
  return explained(open(path, 'r'));
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) {
      throw new MediaNotFound('no such file in the media store');
    }
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

async function unlessBroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaNotFound) {
      throw error;
    }
    throw new MediaStoreUnavailable(`the media folder: ${errorText(error)}`, { cause: error });
  }
}
