/** What a file is made of, as coarsely as a wrong claim must differ to be one. */
export type FileClass =
  | 'image'
  | 'video'
  | 'audio'
  | 'text'
  | 'pdf'
  | 'office'
  | 'archive'
  | 'program';

const office = /^application\/(msword|vnd\.ms-|vnd\.openxmlformats-|vnd\.oasis\.|epub\+zip|x-cfb)/;
const archive = /^application\/(x-)?zip(-compressed)?$/;
const text = /^(text\/|application\/(json|xml|rtf|xhtml\+xml|javascript)$|image\/svg\+xml$)/;
const program =
  /^application\/(x-msdownload|x-msdos-program|x-executable|x-elf|x-mach-binary|x-sh|x-bat|wasm|java-archive|x-java|vnd\.android\.package-archive|vnd\.microsoft\.portable-executable|x-ms-shortcut|x-msi)/;

/** The class that a type names; undefined for a type that says nothing, such as application/octet-stream. */
export function classOfType(mimeType: string): FileClass | undefined {
  const [bare = ''] = mimeType.toLowerCase().split(';');
  const name = bare.trim();
  if (text.test(name)) return 'text';
  if (name.startsWith('image/')) return 'image';
  if (name.startsWith('video/')) return 'video';
  if (name.startsWith('audio/') || name === 'application/ogg') return 'audio';
  if (name === 'application/pdf') return 'pdf';
  if (office.test(name)) return 'office';
  if (archive.test(name)) return 'archive';
  return program.test(name) ? 'program' : undefined;
}

const endings: Record<FileClass, string> = {
  image: 'jpg jpeg png gif webp heic heif avif bmp tif tiff',
  video: 'mp4 m4v mov webm 3gp avi mkv',
  audio: 'mp3 ogg oga opus m4a wav aac amr flac',
  text: 'txt csv md json xml html htm svg rtf ics vcf',
  pdf: 'pdf',
  office: 'doc docx xls xlsx ppt pptx odt ods odp epub',
  archive: 'zip',
  // What runs when it is opened, whatever its bytes are.
  program:
    'exe dll scr pif msi msp bat cmd ps1 vbs vbe js jse wsf wsh hta cpl lnk reg jar apk ipa app dmg pkg deb rpm sh command iso img',
};

const classes = new Map(
  (['image', 'video', 'audio', 'text', 'pdf', 'office', 'archive', 'program'] as const).flatMap(
    (one) => endings[one].split(' ').map((ending) => [ending, one] as const),
  ),
);

/** The class that a file's name claims by its ending. */
export function classOfName(filename: string): FileClass | undefined {
  return classes.get(endingOf(filename));
}

/** What stands after the last dot of a name, in lower case; '' without a dot. */
export function endingOf(filename: string): string {
  // Windows drops dots and spaces at the end of a name, and runs what is left.
  const name = filename.replace(/[. ]+$/, '').toLowerCase();
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}
