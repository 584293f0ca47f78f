const key = 'rapport.pictures';
const kept = 6;

/** The pictures sent from this tab, by the id of their message: a reload still shows them. */
export function loadPictures() {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(key) ?? '[]'));
  } catch {
    return new Map();
  }
}

/** Keeps the last few pictures for this tab. */
export function savePictures(pictures) {
  try {
    sessionStorage.setItem(key, JSON.stringify([...pictures].slice(-kept)));
  } catch {
    // A full or forbidden storage only costs the pictures.
  }
}
