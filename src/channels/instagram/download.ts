import type { DownloadedMedia } from '../channel.ts';
import { MediaGone } from '../channel-errors.ts';
import type { GraphHttp } from '../graph-http.ts';
import type { MediaReference } from '../inbound-event.ts';
import { fetchProviderFile, fileFailure } from '../provider-file.ts';

/** Where Meta keeps the files of Instagram. */
const HOSTS = ['fbsbx.com', 'fbcdn.net', 'cdninstagram.com'];

/** Fetches a file by its address, which lives for a short time and opens it by itself: no token goes there. */
export async function downloadMedia(
  http: GraphHttp,
  request: { media: MediaReference; apiUrls: readonly string[]; maxBytes: number },
): Promise<DownloadedMedia> {
  const { media, apiUrls, maxBytes } = request;
  if (media.url === undefined) {
    throw new MediaGone('the file has no address');
  }
  const file = await fetchProviderFile(
    http,
    { url: media.url, maxBytes },
    { hosts: HOSTS, apiUrls },
  );
  if (file.httpStatus !== 200) {
    throw fileFailure(file.httpStatus);
  }
  return { bytes: file.bytes, mimeType: file.mimeType ?? 'application/octet-stream' };
}
