import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { hi } from './hi.ts';
import { pt } from './pt.ts';

/** Every language the chat speaks; one more is a file and a line here. */
export const languages: Record<string, Words> = { ar, de, en, es, fr, hi, pt };
