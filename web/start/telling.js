import { ApiProblem } from './api.js';
import { byId } from './dom.js';
import { connectionWords } from './words.js';

/** Says whether the page still hears from rapport. */
export function connectionChanged(connection) {
  const label = byId('connection');
  if (label.dataset.state === connection) return;
  label.dataset.state = connection;
  label.textContent = connectionWords[connection];
}

/** Says something about the whole page. */
export function tellBanner(...parts) {
  const banner = byId('banner');
  banner.replaceChildren(...parts);
  banner.hidden = false;
}

/** Says what went wrong, or, without an error, that nothing is wrong any more. */
export function tellProblem(error) {
  const problem = byId('problem');
  problem.hidden = error === undefined;
  problem.textContent = error instanceof ApiProblem ? error.message : 'Something went wrong.';
}
