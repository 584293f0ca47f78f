import { byId, el } from './dom.js';

/** A value is set by a person, or taken back; the event that follows shows what came of it. */
export function wireLeadByHand({ api, conversation, onProblem }) {
  byId('lead-dimensions').addEventListener('click', async ({ target }) => {
    const { set, grade } = target.closest('button')?.dataset ?? {};
    if (set === undefined) return;
    const change = { [`${set}Score`]: grade === 'read' ? null : Number(grade) };
    onProblem(undefined);
    await api.patch(`/leads/${conversation().conversationId}`, change).catch(onProblem);
  });
}

/** Buttons to set a dimension. A person's word stays, whatever is read later, until they take it back. */
export function setter({ dimension, name, score, setByHand }) {
  const choice = (words, grade, isChosen) =>
    el(
      'button',
      {
        type: 'button',
        id: `set-${dimension}-${grade}`,
        'aria-pressed': String(isChosen),
        'data-set': dimension,
        'data-grade': grade,
      },
      words,
    );
  const levels = levelsOf(dimension).map((level, place) =>
    choice(level, String(place + 1), setByHand === true && score === place + 1),
  );
  return el(
    'div',
    { className: 'setter', role: 'group', 'aria-label': `Set by hand: ${name}` },
    el('span', {}, 'You know better?'),
    ...levels,
    setByHand === true ? choice('As it was read', 'read', false) : undefined,
  );
}

/** From the worst to the best; of money it is asked whether it stands in the way. */
function levelsOf(dimension) {
  return dimension === 'budget' ? ['Yes', 'Maybe', 'No'] : ['Low', 'Medium', 'High'];
}

/** Whoever set a value by keyboard stays where they were when it is drawn again. */
export function keepingFocus(change) {
  const focused = document.activeElement?.id ?? '';
  change();
  if (!focused.startsWith('set-') || document.activeElement?.id === focused) return;
  const [, dimension] = focused.split('-');
  (byId(focused) ?? byId(`set-${dimension}-1`))?.focus();
}
