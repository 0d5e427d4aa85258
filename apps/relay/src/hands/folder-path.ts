/** Where the directory stands for whoever works in it from afar. */
export const FOLDER = '/workspace'

/** A path that leads out, or is none: one sentence, which names no place of this machine. */
export class BadPath extends Error {}

/**
 * The segments of a path below the directory, absolute from {@link FOLDER} on or relative to it. By words alone: links are looked at
 * when it is opened.
 * @throws BadPath
 */
export function segmentsOf(path: string): readonly string[] {
  const below = path === FOLDER || path.startsWith(`${FOLDER}/`) ? path.slice(FOLDER.length + 1) : path
  if (below.startsWith('/')) throw new BadPath(`${quoted(path)} is outside of ${FOLDER}.`)
  const segments = below.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw new BadPath(`${quoted(path)} has a ".." in it; name the path from ${FOLDER} on.`)
  if (/[\0-\x1f\x7f\\]/.test(below)) throw new BadPath(`${quoted(path)} has a character that no path here may have.`)
  return segments
}

/** The same path in its one spelling. */
export function shownPath(segments: readonly string[]): string {
  return [FOLDER, ...segments].join('/')
}

function quoted(path: string): string {
  return JSON.stringify(path.slice(0, 200))
}
