import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import type { Attachment } from './protocol.ts';
import { useLanguage } from './view-context.ts';

/** One image over everything; Escape, the button or a tap beside it close it. */
export function Lightbox(props: { image: Attachment; onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const name = props.image.filename || words.image;
  // A modal dialog keeps the focus inside, and gives it back.
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      class="lightbox"
      ref={dialog}
      aria-label={name}
      onClose={props.onClose}
      onClick={props.onClose}
    >
      <img src={props.image.url} alt={name} referrerpolicy="no-referrer" />
      <button type="button" aria-label={words.close} onClick={props.onClose}>
        <Icon name="close" />
      </button>
    </dialog>
  );
}
