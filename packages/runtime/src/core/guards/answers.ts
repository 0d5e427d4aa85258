/** A path in backticks or as the target of a link, with a folder or an extension, and a line behind it or not. */
const CITED = /`([\w@.-]+(?:\/[\w@.-]+)*\.[A-Za-z]{1,8})(?::\d+(?:-\d+)?)?`|\]\((?!\w+:|#|\/\/)([^)\s#]+)(?:#[^)\s]*)?\)/g

/** Files that an answer names and that are not there. A name without a folder may be any file's of that name. */
export function citationsGone(text: string, isThere: (path: string) => boolean): readonly string[] {
  const cited = [...text.matchAll(CITED)].map(([, code, link]) =>
    (code ?? link ?? '').replace(/^\.?\/(workspace\/)?/, '').replace(/:\d+(?:-\d+)?$/, ''),
  )
  return [...new Set(cited)].filter((path) => path.includes('/') && !isThere(path))
}

/** Whether a block of code was opened and not closed. */
export function isFenceOpen(text: string): boolean {
  let open = ''
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    const mark = fence?.[1]
    if (mark === undefined) continue
    if (open === '') open = mark
    else if (mark.startsWith(open) && fence?.[2]?.trim() === '') open = ''
  }
  return open !== ''
}
