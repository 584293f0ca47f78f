/** What stands before the paths of Instagram's own API: `/instagram/v25.0/…`. */
export const instagramPath = '/instagram';
/** The hosts on which a business is asked, and on which Instagram takes the code that comes of it. */
export const consentPaths = {
  instagram: '/instagram-consent',
  facebook: '/facebook-consent',
  instagramApi: '/instagram-api',
};
/** Where files are, as on Meta's file host. */
export const cdnPath = '/ig_messaging_cdn/';
