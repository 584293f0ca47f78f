import { fetchProfiles, type ProfileDeps } from '../src/contacts/fetch-profiles.ts';
import type { Context } from '../src/context.ts';
import { deleteFiles } from '../src/media/delete-files.ts';
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

function profileDeps(context: Context): ProfileDeps {
  return {
    ...context,
    askProfile: ({ platform, accountId, address }, accessToken) =>
      context.channelFor(platform).profile({ accountId, accessToken }, address),
  };
}

/** Starts the workers that fetch what customers sent, early, and who they are. */
export function startMedia(context: Context): void {
  const deps = fetchDeps(context);
  const profiles = profileDeps(context);
  context.queues.work('media', {
    'contacts.profile': ({ items }) => fetchProfiles(profiles, items),
    'media.fetch': ({ items }) => fetchAttachments(deps, items),
    'media.delete': ({ items }) =>
      deleteFiles({ ...context, leaseMs: context.config.replies.leaseMs }, items),
  });
}
