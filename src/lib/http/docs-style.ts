/** How the HTTP reference looks, in light and in dark. */
export const docsStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
* { box-sizing: border-box; }
body { margin: 0; display: flex; font: 15px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; min-width: 12rem; padding: 1.5rem 1rem; overflow: auto;
  display: flex; flex-direction: column; gap: .4rem; border-right: 1px solid var(--line); }
nav a { color: inherit; text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
main { flex: 1; min-width: 0; max-width: 60rem; padding: 1.5rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { margin-left: .5rem; opacity: .75; }
.method { font-weight: bold; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { max-height: 24rem; overflow: auto; padding: .75rem; border-radius: 6px; background: var(--soft); }
table { width: 100%; border-collapse: collapse; }
td { padding: .25rem .5rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; }
.response { margin: .25rem 0; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
`;
