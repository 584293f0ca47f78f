import type { ComponentChild, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { linkify } from './linkify.ts';
import { type Block, readMarkdown } from './markdown.ts';
import type { Inline } from './markdown-inlines.ts';

/** Markdown as elements: only those of this file, and never as HTML. */
export function RichText({ text }: { text: string }): JSX.Element {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  return (
    <div class="rich" dir="auto">
      {blocks.map(showBlock)}
    </div>
  );
}

/** A text as it was written, with its links. */
export function PlainText({ text }: { text: string }): JSX.Element {
  return (
    <p class="said" dir="auto">
      {linkify(text).map(showInline)}
    </p>
  );
}

function showBlock(block: Block, key: number): JSX.Element {
  switch (block.is) {
    case 'paragraph':
      return <p key={key}>{block.inside.map(showInline)}</p>;
    // A heading of an answer is no heading of the page.
    case 'heading':
      return (
        <p key={key} class="heading">
          {block.inside.map(showInline)}
        </p>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <pre key={key} tabIndex={0} dir="ltr">
          <code>{block.text}</code>
        </pre>
      );
    case 'rule':
      return <hr key={key} />;
    case 'quote':
      return <blockquote key={key}>{block.blocks.map(showBlock)}</blockquote>;
    case 'list':
      return showList(block, key);
    case 'table':
      return showTable(block, key);
  }
}

function showList(list: Extract<Block, { is: 'list' }>, key: number): JSX.Element {
  const items = list.items.map((item, index) => <li key={index}>{item.map(showBlock)}</li>);
  if (list.start === null) return <ul key={key}>{items}</ul>;
  return (
    <ol key={key} start={list.start}>
      {items}
    </ol>
  );
}

function showTable(table: Extract<Block, { is: 'table' }>, key: number): JSX.Element {
  const cells = (row: Inline[][], Cell: 'td' | 'th'): ComponentChild =>
    row.map((cell, index) => <Cell key={index}>{cell.map(showInline)}</Cell>);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <div key={key} class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(table.head, 'th')}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function showInline(inline: Inline, key: number): ComponentChild {
  switch (inline.is) {
    case 'text':
      return inline.text;
    case 'break':
      return <br key={key} />;
    case 'code':
      return <code key={key}>{inline.text}</code>;
    case 'link':
      return (
        <a key={key} href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.inside.map(showInline)}
        </a>
      );
    case 'strong':
      return <strong key={key}>{inline.inside.map(showInline)}</strong>;
    case 'em':
      return <em key={key}>{inline.inside.map(showInline)}</em>;
    case 'del':
      return <del key={key}>{inline.inside.map(showInline)}</del>;
  }
}
