import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { createHands } from '../../lib/hands.ts';
import type { CleanImage, CleanPicture, Thumbnail } from './image-cleaner.ts';

/** More than any phone takes; a picture of it needs about 200 MB while it is turned. */
const maxPixels = 64_000_000;
const maxSeconds = 20;
const thumbnailSide = 480;
const atOnce = 2;

/** The loaders of the types that we clean; sharp knows more, which nobody needs to attack. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'];

type SharpLibrary = typeof import('sharp').default;

/** Cleans pictures with sharp, a few at a time. It is loaded with the first picture: it is large. */
export function createSharpCleaner(): CleanPicture {
  const hands = createHands(atOnce);
  let loading: Promise<SharpLibrary> | undefined;
  return async (bytes, mimeType) => {
    await hands.take();
    try {
      loading ??= loadSharp();
      return await clean(await loading, bytes, mimeType);
    } finally {
      hands.letGo();
    }
  };
}

async function loadSharp(): Promise<SharpLibrary> {
  const { default: sharp } = await import('sharp');
  // No picture comes twice in a row, and what is kept of one is memory that nobody uses.
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  return sharp;
}

async function clean(
  sharp: SharpLibrary,
  bytes: Uint8Array,
  mimeType: string,
): Promise<CleanImage | undefined> {
  const options: SharpOptions = { animated: true, limitInputPixels: maxPixels, failOn: 'error' };
  try {
    const image = sharp(bytes, options).timeout({ seconds: maxSeconds });
    const seen = await image.metadata();
    const { data, info } = await written(image, mimeType, seen).toBuffer({
      resolveWithObject: true,
    });
    return {
      bytes: data,
      mimeType: `image/${info.format}`,
      width: info.width,
      height: info.pageHeight ?? info.height,
      thumbnail: await thumbnailOf(sharp, data),
    };
  } catch {
    // Whatever libvips says of it: nobody could look at it either.
    return undefined;
  }
}

/** What sharp writes has no metadata and is in sRGB, unless it is told otherwise. */
function written(image: Sharp, mimeType: string, { pages = 1 }: Metadata): Sharp {
  // What moves has no camera that could have been held sideways, and cannot be turned.
  const upright = pages > 1 ? image : image.autoOrient();
  switch (mimeType) {
    case 'image/png':
      return upright.png();
    case 'image/gif':
      return upright.gif({ effort: 3 });
    case 'image/webp':
      return upright.webp({ quality: 90 });
    case 'image/avif':
      return upright.webp({ quality: 90 });
    default:
      // Optimised coding keeps the whole picture in memory a second time: of 48 megapixels 500 MB in all and not 210,
      // and takes three times as long, for 5 % of the size.
      return upright.jpeg({ quality: 90, optimiseCoding: false });
  }
}

async function thumbnailOf(sharp: SharpLibrary, bytes: Uint8Array): Promise<Thumbnail> {
  const { data, info } = await sharp(bytes, { pages: 1, limitInputPixels: maxPixels })
    .timeout({ seconds: maxSeconds })
    .resize({
      width: thumbnailSide,
      height: thumbnailSide,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .webp({ quality: 75 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}
