import type { Context } from '../src/context.ts';
import { type FetchDeps, fetchAttachments } from '../src/media/fetch-attachments.ts';

/** What fetching files needs, with the download of each file's own channel. */
export function fetchDeps(context: Context): FetchDeps {
  return {
    ...context,
    download: ({ platform, accountId, ...media }, accessToken, maxBytes) =>
      context.channelFor(platform).download(
        { accountId, accessToken },
        {
          kind: media.kind,
          ...(media.providerMediaId === null ? {} : { providerMediaId: media.providerMediaId }),
          ...(media.providerUrl === null ? {} : { url: media.providerUrl }),
          ...(media.sha256 === null ? {} : { sha256: media.sha256 }),
        },
        maxBytes,
      ),
  };
}

/** Starts the workers that fetch what customers sent, early. */
export function startMedia(context: Context): void {
  const deps = fetchDeps(context);
  context.queues.work('media', {
    'media.fetch': ({ items }) => fetchAttachments(deps, items),
  });
}
