import type { PreviewView } from '@tabwright/protocol'

/** The newest lines that matter. */
const MOST_LINES = 40

/** What went wrong in a page, for the agent: where it is, and its errors with what was printed around them. */
export function errorReport({ path, port, folder, rows }: Pick<PreviewView, 'path' | 'port' | 'folder' | 'rows'>): string {
  const what = port === undefined ? `the files of ${folder === '' ? 'the workspace' : folder}` : `the program on port ${port}`
  const lines = rows.slice(-MOST_LINES).map(({ level, text, source }) => `${level}${source === undefined ? '' : ` ${source}`}: ${text}`)
  const before = rows.length > lines.length ? [`(${rows.length - lines.length} older lines left out)`] : []
  return [`Console of ${path}, of ${what}, newest last:`, ...before, ...lines].join('\n')
}
