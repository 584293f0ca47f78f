/** What stands before the paths of Instagram's own API: `/instagram/v25.0/…`. */
export const instagramPath = '/instagram';
/** Where files are, as on Meta's file host. */
export const cdnPath = '/ig_messaging_cdn/';
