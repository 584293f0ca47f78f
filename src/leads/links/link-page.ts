/** What a customer sees whose link leads nowhere; it names no business, because nobody knows whose link it was. */
export const linkPage = {
  unknown: page(
    'This link does not work',
    'It may have been cut off when it was copied. Go back to the chat and tap it there, or ask for a new one.',
  ),
  tryAgain: page(
    'One moment, please',
    'The page you want cannot be opened right now. It is tried again in a few seconds.',
    '<meta http-equiv="refresh" content="3">',
  ),
};

function page(title: string, text: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}
<title>${title}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1.5rem }
</style>
</head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`;
}
