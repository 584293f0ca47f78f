import { downloadLinks } from '../../src/media/download/download-links.ts';

/** Addresses of files as an installation gives them that the outside reaches. */
export const testDownloads = downloadLinks({
  key: 'a key of tests',
  base: 'https://rapport.example',
  now: () => new Date(),
});
