/** A module of the start page, which is plain JavaScript for browsers and has no types. */
export async function pageModule(name: string) {
  return await import(String(new URL(`../../web/start/${name}.js`, import.meta.url)));
}
