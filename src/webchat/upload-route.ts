import type { Request, Response } from 'express';
import { createHands } from '../lib/hands.ts';
import { parsePart } from '../lib/http/parse-part.ts';
import { readBytes } from '../lib/http/read-bytes.ts';
import { addressesOf, type DownloadLinks } from '../media/download/download-links.ts';
import { takeUpload, type UploadDeps } from '../media/uploads/take-upload.ts';
import { claimsOf, UploadHeaders } from '../media/uploads/upload-headers.ts';
import { type AskingDeps, count, visitorOf } from './asking-visitor.ts';
import { AttachmentsOff } from './webchat-errors.ts';

export type UploadRouteDeps = AskingDeps & UploadDeps & { downloads: Pick<DownloadLinks, 'urlOf'> };

/** A page sends nothing larger or slower, whatever other channels take. */
const most = { bytes: 25 * 1024 * 1024, ms: 120_000 };
/** Files in memory at once; whoever comes then waits. */
const maxAtOnce = 16;

/** `POST /webchat/uploads`: a file for a message to come. */
export function uploadRoute(deps: UploadRouteDeps) {
  const hands = createHands(maxAtOnce);
  return async (req: Request, res: Response): Promise<void> => {
    const { site, claims } = await visitorOf(deps, req);
    if (site.settings.attachments === false) {
      throw new AttachmentsOff('This chat takes no files.');
    }
    await count(deps, { site, claims }, 'upload', req);
    await hands.take();
    try {
      const { hasThumbnail, ...file } = await takeUpload(deps, {
        userId: site.userId,
        uploadedBy: claims.address,
        bytes: await readBytes(req, res, most),
        ...claimsOf(parsePart(UploadHeaders, 'header', req.headers)),
      });
      const { attachmentId } = file;
      const addresses = addressesOf(deps.downloads, {
        userId: site.userId,
        attachmentId,
        isStored: true,
        hasThumbnail,
      });
      res.status(201).json({ ...file, ...addresses });
    } finally {
      hands.letGo();
    }
  };
}
