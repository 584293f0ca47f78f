import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from './chat-handles.ts';
import type { Language } from './language.ts';
import { chooseLanguage } from './language.ts';

/** What every view may need. */
export type ViewContext = { chat: Chat | undefined; language: Language };

/** Carries the chat and its language to the views. */
export const ViewContextOf = createContext<ViewContext>({
  chat: undefined,
  language: chooseLanguage([]),
});

/** The language of the chat's own texts. */
export function useLanguage(): Language {
  return useContext(ViewContextOf).language;
}

/** What the visitor can do. */
export function useChat(): Chat | undefined {
  return useContext(ViewContextOf).chat;
}
