import type { JSX } from 'preact';
import { commonEmoji } from './emoji.ts';
import { useLanguage } from './view-context.ts';

/** A few dozen emoji that people use most. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }): JSX.Element {
  const { words } = useLanguage();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend.
    <div class="emoji" role="group" aria-label={words.emoji}>
      {commonEmoji.map((emoji) => (
        <button key={emoji} type="button" onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
