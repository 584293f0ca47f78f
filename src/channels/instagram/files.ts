import { type FileCapabilities, megabytes } from '../file-rules.ts';

/** What Instagram takes as what (providers.md section 4): no text goes with a file. */
export const instagramFiles: FileCapabilities = {
  rules: [
    {
      kind: 'image',
      types: ['image/jpeg', 'image/png', 'image/gif'],
      maxBytes: megabytes(8),
      maxCaption: 0,
    },
    {
      kind: 'video',
      types: ['video/mp4', 'video/ogg', 'video/quicktime', 'video/webm', 'video/x-msvideo'],
      maxBytes: megabytes(25),
      maxCaption: 0,
    },
    {
      kind: 'audio',
      types: ['audio/aac', 'audio/mp4', 'audio/wav', 'audio/mpeg'],
      maxBytes: megabytes(25),
      maxCaption: 0,
    },
    { kind: 'document', types: ['application/pdf'], maxBytes: megabytes(25), maxCaption: 0 },
  ],
  isFetched: true,
};
