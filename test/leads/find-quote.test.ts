import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findQuote } from '../../src/leads/extraction/find-quote.ts';

describe('findQuote', () => {
  const message = 'Hi!  We need 40 chairs — “by Friday”,\nbudget is 10k €. ¿Puede ser?';

  it.each([
    ['We need 40 chairs', 'We need 40 chairs'],
    ['we need 40 CHAIRS', 'We need 40 chairs'],
    ['hi! we need 40 chairs', 'Hi!  We need 40 chairs'],
    ['40 chairs - "by Friday"', '40 chairs — “by Friday'],
    ['"by Friday", budget is 10k', 'by Friday”,\nbudget is 10k'],
    ['“We need 40 chairs”', 'We need 40 chairs'],
    ['we need 40 chairs...', 'We need 40 chairs'],
    ['¿puede ser?', '¿Puede ser?'],
  ])('finds %j as it stands in the message', (quote, literal) => {
    expect(findQuote(message, quote)).toBe(literal);
  });

  it.each(['We need 41 chairs', 'We need chairs', 'need to buy', '', '   ', '""'])(
    'does not find %j',
    (quote) => {
      expect(findQuote(message, quote)).toBeUndefined();
    },
  );

  // Seen failing with the places of characters that grow in lower case (İ) counted as one.
  it('finds the place behind characters that grow when they are compared', () => {
    expect(findQuote('İİİİ we need 40 chairs now', 'WE NEED 40 CHAIRS')).toBe('we need 40 chairs');
  });

  it('answers only what stands in the message, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (text, quote) => {
          const found = findQuote(`${text} İstanbul ${quote.toUpperCase()} end`, quote);
          return (
            found === undefined || `${text} İstanbul ${quote.toUpperCase()} end`.includes(found)
          );
        },
      ),
    );
  });
});
