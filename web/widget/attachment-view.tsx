import type { JSX } from 'preact';
import { Icon } from './icons.tsx';
import { fill } from './language.ts';
import type { Attachment } from './protocol.ts';
import { sizeWords } from './times.ts';
import { useChat, useLanguage } from './view-context.ts';

/** A file of a message: images and sounds in their place, everything else to download. */
export function AttachmentView(props: {
  attachment: Attachment;
  onImage: (image: Attachment) => void;
}): JSX.Element {
  const { attachment, onImage } = props;
  const { words, tag } = useLanguage();
  const chat = useChat();
  const { kind, url, filename, width, height } = attachment;
  const name = filename || words.image;
  // An address that has run out: the message is read again, and brings a new one.
  const onError = (): void => chat?.refreshFile(attachment);
  if (kind === 'image' || kind === 'sticker') {
    return (
      <button
        type="button"
        class={`picture ${kind}`}
        aria-label={fill(words.openImage, { name })}
        onClick={() => onImage(attachment)}
      >
        <img
          src={attachment.thumbnailUrl ?? url}
          alt={name}
          loading="lazy"
          referrerpolicy="no-referrer"
          {...(width === null || height === null ? {} : { width, height })}
          onError={onError}
        />
      </button>
    );
  }
  if (kind === 'audio') {
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a voice note says.
      <audio controls preload="metadata" src={url} aria-label={words.voice} onError={onError} />
    );
  }
  if (kind === 'video') {
    return (
      // biome-ignore lint/a11y/useMediaCaption: there are no captions of what people send.
      <video
        controls
        preload="metadata"
        playsInline
        src={url}
        aria-label={name}
        onError={onError}
      />
    );
  }
  return (
    <a
      class="document"
      href={url}
      download={filename}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={fill(words.download, { name })}
    >
      <Icon name="file" />
      <span>
        <b>{name}</b>
        <small>{sizeWords(attachment.sizeBytes, tag)}</small>
      </span>
    </a>
  );
}
