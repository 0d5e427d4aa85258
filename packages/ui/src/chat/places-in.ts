import { isJsonObject, parseJson, type CallRow } from '@tabwright/protocol'

/** A place in a file of the workspace. */
export interface FilePlace {
  readonly path: string
  readonly line?: number | undefined
}

/** So many are listed; the output has all of them. */
export const MOST_PLACES = 12

/** What a finished look-up leads to: the file that was read, from where; the lines that were found; the files that were listed. */
export function placesIn({ name, input, outcome }: Pick<CallRow, 'name' | 'input' | 'outcome'>): readonly FilePlace[] {
  if (outcome?.type !== 'done') return []
  if (name === 'grep') return outcome.text.split('\n').flatMap(hitOf)
  if (name === 'glob') return outcome.text.split('\n').flatMap((path) => (isPath(path) ? [{ path }] : []))
  if (name !== 'read_file') return []
  const asked = parseJson(input)
  if (!isJsonObject(asked)) return []
  const { path, offset } = asked
  return typeof path === 'string' && isPath(path) ? [{ path, ...(typeof offset === 'number' && offset > 0 && { line: offset }) }] : []
}

/** `path:line:text`; whatever else stands there is no hit. */
function hitOf(text: string): readonly FilePlace[] {
  const [, path, line] = /^(.+?):(\d+):/.exec(text) ?? []
  return path !== undefined && isPath(path) ? [{ path, line: Number(line) }] : []
}

/** Of the workspace: what the agent names by the folder that commands run in is not found by that name. */
const isPath = (text: string): boolean => text !== '' && !text.startsWith('[') && !text.startsWith('/') && !/\s$|^No /.test(text)
