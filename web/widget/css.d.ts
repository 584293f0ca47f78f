declare module '*.css' {
  /** The style sheet as text: esbuild puts it into the bundle. */
  const text: string;
  // biome-ignore lint/style/noDefaultExport: this is how esbuild hands over a text.
  export default text;
}
