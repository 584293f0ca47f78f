/** A type and the ending that files of it have, without the dot. */
export type MediaType = { mimeType: string; extension: string };
