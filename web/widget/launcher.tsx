import type { JSX, RefObject } from 'preact';
import { Icon } from './icons.tsx';
import { fill } from './language.ts';
import { useLanguage } from './view-context.ts';

const mostShown = 99;

/** The button in the corner, with how much is unread. */
export function Launcher(props: {
  buttonRef: RefObject<HTMLButtonElement | null>;
  isOpen: boolean;
  unread: number;
  onClick: () => void;
}): JSX.Element {
  const { words } = useLanguage();
  const news = props.unread > 0 ? `, ${fill(words.newMessages, { n: props.unread })}` : '';
  return (
    <button
      type="button"
      class="launcher"
      ref={props.buttonRef}
      data-open={props.isOpen}
      aria-expanded={props.isOpen}
      aria-label={props.isOpen ? words.closeChat : words.openChat + news}
      onClick={props.onClick}
    >
      <Icon name={props.isOpen ? 'down' : 'chat'} />
      {props.unread > 0 && (
        <span class="badge" aria-hidden="true">
          {props.unread > mostShown ? `${mostShown}+` : props.unread}
        </span>
      )}
    </button>
  );
}
