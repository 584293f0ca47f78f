import type { MediaType } from './media-type.ts';

const zip: MediaType = { mimeType: 'application/zip', extension: 'zip' };

const ooxml = 'application/vnd.openxmlformats-officedocument';

/** The main part of each Office format (ECMA-376), which its archive always names. */
const mainParts: [string, MediaType][] = [
  ['word/document.xml', { mimeType: `${ooxml}.wordprocessingml.document`, extension: 'docx' }],
  ['xl/workbook.xml', { mimeType: `${ooxml}.spreadsheetml.sheet`, extension: 'xlsx' }],
  ['ppt/presentation.xml', { mimeType: `${ooxml}.presentationml.presentation`, extension: 'pptx' }],
];

const odf = 'application/vnd.oasis.opendocument';

/** OpenDocument and EPUB keep their type, uncompressed, as the first file of the archive. */
const namedTypes: [string, MediaType][] = [
  [`mimetype${odf}.text`, { mimeType: `${odf}.text`, extension: 'odt' }],
  [`mimetype${odf}.spreadsheet`, { mimeType: `${odf}.spreadsheet`, extension: 'ods' }],
  [`mimetype${odf}.presentation`, { mimeType: `${odf}.presentation`, extension: 'odp' }],
  ['mimetypeapplication/epub+zip', { mimeType: 'application/epub+zip', extension: 'epub' }],
];

/** What a zip archive is, by what lies in it. */
export function zipType(bytes: Uint8Array): MediaType {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const named = namedTypes.find(([name]) => archive.subarray(0, 256).includes(name));
  if (named) {
    return named[1];
  }
  // File names stand in clear in an archive, at the latest in the directory at its end.
  const isOffice = archive.includes('[Content_Types].xml');
  const office = isOffice ? mainParts.find(([name]) => archive.includes(name)) : undefined;
  return office?.[1] ?? zip;
}
