/**
 * Where shared sessions are read: a page that only shows, at a name of its own. Nothing of the app is given out there, and the app's
 * storage, cookies and workers are another origin's.
 */
export const SHARE_FILES = {
  /** The page at the name of its own. */
  page: '/share/viewer.html',
  script: '/share/viewer.js',
  style: '/share/viewer.css',
  /** The same in one file, which takes the session from its own text or from the address. */
  whole: '/share/whole.html',
} as const

/** Whether a path, without a query, is one of {@link SHARE_FILES}. */
export function isShareFile(path: string): boolean {
  return Object.values(SHARE_FILES).some((file) => file === path)
}

/** The name beside an app at `http://localhost:PORT`. */
export function localShareOrigin(port: number): string {
  return `http://share.localhost${port === 80 ? '' : `:${port}`}`
}
