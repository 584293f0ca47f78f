import { createHands } from '../../lib/hands.ts';
import { type Route, tenantUploadRoute } from '../../lib/http/route.ts';
import { maxFileBytes } from '../intake/size-limits.ts';
import { takeUpload, type UploadDeps, UploadedFile } from './take-upload.ts';
import { claimsOf, UploadHeaders } from './upload-headers.ts';

/** Files that are looked at at once; whoever comes then waits. */
const maxAtOnce = 4;

/** Files that people of the business send: uploaded first, then named by a message. */
export function uploadRoutes(deps: UploadDeps): Route[] {
  const hands = createHands(maxAtOnce);
  return [
    tenantUploadRoute({
      method: 'post',
      path: '/attachments',
      tag: 'Conversations',
      summary: 'Upload a file, to be sent with a message within a day',
      status: 201,
      maxBytes: maxFileBytes,
      headers: UploadHeaders,
      answer: UploadedFile.omit({ hasThumbnail: true }),
      problems: [
        {
          status: 422,
          code: 'attachment.not_what_it_claims',
          when: 'the bytes are of another type',
        },
        { status: 422, code: 'attachment.type_not_allowed', when: 'such files are not taken' },
        { status: 422, code: 'attachment.unreadable', when: 'it is damaged' },
        { status: 422, code: 'attachment.infected', when: 'the scanner found malware' },
        { status: 413, code: 'attachment.too_large', when: 'it is too large for its kind' },
      ],
      handle: async ({ userId, headers, bytes }) => {
        await hands.take();
        try {
          const claims = claimsOf(headers);
          return await takeUpload(deps, { userId, uploadedBy: 'tenant', bytes, ...claims });
        } finally {
          hands.letGo();
        }
      },
    }),
  ];
}
