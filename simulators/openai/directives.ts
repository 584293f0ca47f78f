/** One `[[sim:…]]` in a customer's message. */
export type Directive = { name: string; rest: string };

const pattern = /\[\[sim:([a-z_]+)\s*(.*?)\]\]/gs;

/** The directives in the texts, in order. */
export function readDirectives(texts: string[]): Directive[] {
  return texts.flatMap((text) => {
    // Most messages have none, and this runs for every request of a benchmark.
    if (!text.includes('[[sim:')) return [];
    return [...text.matchAll(pattern)].map(([, name = '', rest = '']) => ({ name, rest }));
  });
}

/** The number that a directive starts with; the other one when there is none. */
export function numberOf(directive: Directive, otherwise: number): number {
  const value = Number.parseInt(directive.rest, 10);
  return Number.isNaN(value) ? otherwise : value;
}

/** The text without its directives. */
export function withoutDirectives(text: string): string {
  return text.replace(pattern, '').trim();
}
