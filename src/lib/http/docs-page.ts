import { docsStyle } from './docs-style.ts';
import { escapeHtml } from './html.ts';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi.ts';

type Endpoint = { method: string; path: string; operation: OpenApiOperation };

/** The HTTP reference as one page without scripts or anything from elsewhere. */
export function docsPage(document: OpenApiDocument, documentUrl: string): string {
  const { title, version, description } = document.info;
  const endpoints = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  const base = document.servers[0]?.url ?? '';
  const sections = document.tags.map(({ name }) => {
    const own = endpoints.filter(({ operation }) => operation.tags.includes(name));
    return `<section id="${anchorOf(name)}"><h2>${escapeHtml(name)}</h2>
${own.map((endpoint) => endpointHtml(base, endpoint)).join('\n')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} ${escapeHtml(version)}: HTTP reference</title><style>${docsStyle}</style></head>
<body>
<nav><strong>${escapeHtml(title)}</strong>${document.tags.map(({ name }) => `<a href="#${anchorOf(name)}">${escapeHtml(name)}</a>`).join('')}
<a href="${escapeHtml(documentUrl)}">openapi.json</a></nav>
<main>
<h1>HTTP reference</h1>
${description
  .split('\n\n')
  .map((paragraph) => `<p>${marked(paragraph)}</p>`)
  .join('\n')}
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function endpointHtml(base: string, { method, path, operation }: Endpoint): string {
  const parts = [
    parametersHtml(operation.parameters),
    schemaHtml('Body', operation.requestBody?.content['application/json']?.schema),
    ...Object.entries(operation.responses).map(([status, response]) =>
      responseHtml(status, response),
    ),
  ];
  return `<details id="${escapeHtml(operation.operationId)}">
<summary><code class="method ${method}">${method.toUpperCase()}</code> <code>${escapeHtml(base + path)}</code>
<span>${escapeHtml(operation.summary)}</span>${isForAdmins(operation) ? ' <em>admin</em>' : ''}</summary>
${parts.join('\n')}
</details>`;
}

function parametersHtml(parameters: OpenApiParameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required ? ', required' : ''}</td>
<td>${escapeHtml(description)} <code>${escapeHtml(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

function responseHtml(status: string, response: OpenApiOperation['responses'][string]): string {
  const answer = response.content?.['application/json']?.schema;
  if (answer !== undefined) return schemaHtml(`Answer ${status}`, answer);
  return `<p class="response"><b>${escapeHtml(status)}</b> ${marked(response.description).replaceAll('\n\n', '; ')}</p>`;
}

function schemaHtml(heading: string, schema: object | undefined): string {
  if (schema === undefined) return '';
  return `<h4>${escapeHtml(heading)}</h4><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`;
}

function isForAdmins(operation: OpenApiOperation): boolean {
  return operation.security.every((scheme) => 'adminKey' in scheme);
}

/** Escapes, and shows what stands between backticks as code. */
function marked(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
