/** The hosts of Google's that are stood for, as paths: the API, the tokens, and the page on which a business is asked. */
export const googlePaths = {
  api: '/google-api',
  tokens: '/google-token',
  consent: '/google-consent',
};
/** Where the Calendar API begins. */
export const calendarPath = `${googlePaths.api}/calendar/v3/`;
