import { type FileCapabilities, megabytes } from '../file-rules.ts';

/** What WhatsApp takes as what (providers.md section 2, media). Everything else travels as a document. */
export const whatsappFiles: FileCapabilities = {
  rules: [
    { kind: 'image', types: ['image/jpeg', 'image/png'], maxBytes: megabytes(5), maxCaption: 1024 },
    {
      kind: 'video',
      types: ['video/mp4', 'video/3gpp'],
      maxBytes: megabytes(16),
      maxCaption: 1024,
    },
    {
      kind: 'audio',
      types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
      maxBytes: megabytes(16),
      maxCaption: 0,
    },
    { kind: 'document', types: null, maxBytes: megabytes(100), maxCaption: 1024 },
  ],
  isFetched: true,
};
