import type { JSX } from 'preact';
import { Icon } from './icons.tsx';
import type { State } from './state.ts';
import { useLanguage } from './view-context.ts';

/** Who answers, and the way out. */
export function Header(props: { title: string; state: State; onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const { state, title } = props;
  const isPerson = state.handledBy === 'human';
  return (
    <header class="header">
      <span class="avatar" aria-hidden="true">
        {[...title.trim()][0]?.toUpperCase()}
        <i class={`dot ${state.connection}`} />
      </span>
      <div class="who">
        <h2>{title}</h2>
        <p>{isPerson ? words.withPerson : words.assistant}</p>
      </div>
      <button type="button" class="plain" aria-label={words.closeChat} onClick={props.onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
}
