/** How a channel shows what Markdown marks. Each of the first three stands before and after its words; '' for none. */
export type Marks = {
  bold: string;
  italic: string;
  strike: string;
  /** Code inside a line, and a block of it. */
  code: (code: string) => string;
  codeBlock: (code: string) => string;
};

/** For channels that show text as it is. */
export const plainMarks: Marks = {
  bold: '',
  italic: '',
  strike: '',
  code: (code) => code,
  codeBlock: (code) => code,
};
